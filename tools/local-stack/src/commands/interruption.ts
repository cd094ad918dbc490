const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that is aborted when the user presses Ctrl-C or the process is asked to end; `release` gives signals back their usual effect. */
export function interruption(): { readonly signal: AbortSignal; readonly release: () => void } {
  const abort = new AbortController();
  const onSignal = (): void => abort.abort();
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: abort.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
