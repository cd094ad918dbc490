import { type Collection, type Document, type MongoClient } from 'mongodb';

/** The collection that the worker has stored messages in; shared tenants have one together. Throws when there is none. */
export async function storedMessages<Row extends Document = Document>(client: MongoClient): Promise<Collection<Row>> {
  const { databases } = await client.db('admin').admin().listDatabases();
  for (const { name } of databases) {
    const collection = client.db(name).collection<Row>('messages');
    if ((await collection.estimatedDocumentCount()) > 0) return collection;
  }
  throw new Error('the worker stored nothing');
}
