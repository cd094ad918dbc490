/** Every server that the stack can start: versions, coordinates and download sizes. Nothing else in this package names a version. */

/** What is fetched with Maven for one server. `sizeBytes` is what the progress bar counts to. */
export interface MavenArtifact {
  /** Folder under `<home>/artifacts`; holds the version, so that a new version is a new folder. */
  readonly folder: string;
  readonly title: string;
  readonly sizeBytes: number;
  /** Arguments of the goal; the output folder is appended. */
  readonly fetch:
    | { readonly goal: 'copy-dependencies'; readonly dependencies: readonly string[] }
    | { readonly goal: 'unpack'; readonly artifact: string; readonly includes?: string };
}

/** Whole coordinates, so that every machine runs the same; this one works from Maven 3.2 on. */
export const MAVEN_DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:2.8';

export const JAVA_MAJOR_MIN = 17;

export const KAFKA_VERSION = '3.9.2';
export const KAFKA: MavenArtifact = {
  folder: `kafka-${KAFKA_VERSION}`,
  title: `Kafka ${KAFKA_VERSION}`,
  sizeBytes: 46_000_000,
  fetch: { goal: 'copy-dependencies', dependencies: [`org.apache.kafka:kafka_2.13:${KAFKA_VERSION}`, 'org.slf4j:slf4j-simple:1.7.36'] },
};

/** 3.x needs Java 21. */
export const REGISTRY_VERSION = '2.6.13.Final';
export const REGISTRY_JAR = `apicurio-registry-app-${REGISTRY_VERSION}-runner.jar`;
export const REGISTRY: MavenArtifact = {
  folder: `apicurio-registry-${REGISTRY_VERSION}`,
  title: `Apicurio registry ${REGISTRY_VERSION}`,
  sizeBytes: 142_000_000,
  fetch: { goal: 'unpack', artifact: `io.apicurio:apicurio-registry-app:${REGISTRY_VERSION}:tar.gz:all` },
};

/** A jar that holds redis-server for the usual platforms. */
export const REDIS: MavenArtifact = {
  folder: 'embedded-redis-1.4.4',
  title: 'Redis',
  sizeBytes: 12_000_000,
  fetch: { goal: 'unpack', artifact: 'com.github.codemonstur:embedded-redis:1.4.4', includes: 'redis-server-*' },
};
/** By `${process.platform}-${process.arch}`. */
export const REDIS_BINARIES: Readonly<Record<string, { readonly file: string; readonly version: string }>> = {
  'linux-x64': { file: 'redis-server-6.2.6-v5-linux-amd64', version: '6.2.6' },
  'linux-arm64': { file: 'redis-server-6.2.7-linux-arm64', version: '6.2.7' },
  'darwin-x64': { file: 'redis-server-6.2.6-v5-darwin-amd64', version: '6.2.6' },
  'darwin-arm64': { file: 'redis-server-6.2.6-v5-darwin-arm64', version: '6.2.6' },
};

export const MONGOD_VERSION = '7.0.24';
/** A `mongod` found on PATH is used when it is of this series. */
export const MONGOD_SERIES = '7.0.';

export const MONGO_STAND_IN_VERSION = '1.47.0';
export const MONGO_STAND_IN: MavenArtifact = {
  folder: `mongo-java-server-${MONGO_STAND_IN_VERSION}`,
  title: `mongo-java-server ${MONGO_STAND_IN_VERSION}`,
  sizeBytes: 3_000_000,
  fetch: {
    goal: 'copy-dependencies',
    dependencies: [`de.bwaldvogel:mongo-java-server:${MONGO_STAND_IN_VERSION}`, 'org.slf4j:slf4j-simple:2.0.17'],
  },
};
