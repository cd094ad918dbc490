import { describe, expect, it } from '@jest/globals';
import { renderPom } from './pom.js';

describe('pom', () => {
  it('lists the dependencies and nothing else', () => {
    expect(renderPom(['org.a:b:1', 'org.c:d_2.13:2'])).toBe(`<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>caas.local-stack</groupId>
  <artifactId>server</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.a</groupId><artifactId>b</artifactId><version>1</version></dependency>
    <dependency><groupId>org.c</groupId><artifactId>d_2.13</artifactId><version>2</version></dependency>
  </dependencies>
</project>
`);
  });
});
