/**
 * The stand-in's main class. It claims wire version 13 (MongoDB 5.0), since the Node driver refuses servers below 9; it keeps an oplog, which is
 * what change streams read.
 */
export const STAND_IN_CLASS = 'LocalMongo';

export const STAND_IN_SOURCE = `import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

public class ${STAND_IN_CLASS} {
  public static void main(String[] args) {
    MemoryBackend backend = new MemoryBackend();
    backend.version(new MongoVersion() {
      public List<Integer> getVersionArray() { return List.of(5, 0, 0, 0); }
      public int getWireVersion() { return 13; }
    });
    MongoServer server = new MongoServer(backend);
    server.enableOplog();
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    System.out.println("Listening on port " + args[0]);
  }
}
`;
