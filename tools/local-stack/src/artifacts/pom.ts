/** The smallest project that has these runtime dependencies, given as `group:artifact:version`. */
export function renderPom(dependencies: readonly string[]): string {
  const rendered = dependencies.map((coordinates) => {
    const [group, artifact, version] = coordinates.split(':');
    return `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>\n`;
  });
  return (
    '<project xmlns="http://maven.apache.org/POM/4.0.0">\n' +
    '  <modelVersion>4.0.0</modelVersion>\n' +
    '  <groupId>caas.local-stack</groupId>\n  <artifactId>server</artifactId>\n  <version>1</version>\n  <packaging>pom</packaging>\n' +
    `  <dependencies>\n${rendered.join('')}  </dependencies>\n` +
    '</project>\n'
  );
}
