import { type KnownPaths } from '../errors/known-paths.js';
import { type ApiVersions, askedVersions, versionOfPath } from './api-versions.js';

/**
 * The URL under which a request is served: one without a version gets the version that its headers ask for, without a redirect. What is known as it is
 * (probes, documentation) and what no version knows stay as they are.
 */
export function versionedUrl(
  url: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  { versions, paths }: { versions: ApiVersions; paths: KnownPaths },
): string {
  if (versionOfPath(url) !== undefined) return url;
  const path = url.split('?', 1)[0] ?? '/';
  if (paths.knows(path)) return url;
  const version = versions.negotiate(askedVersions(headers));
  return paths.knows(`/${version}${path}`) ? `/${version}${url}` : url;
}
