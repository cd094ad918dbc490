import type { ServerName } from './errors.js';

/** What happens while a stack starts or stops, in the order it happens; servers interleave. */
export type StackEvent =
  /** Another process starts or stops the same stack; this one waits for it. */
  | { readonly type: 'waiting'; readonly pid: number }
  /** Which server will be used and why. */
  | { readonly type: 'choice'; readonly server: ServerName; readonly text: string }
  /** Emitted often; sizes in bytes, `totalBytes` is an estimate. */
  | {
      readonly type: 'download';
      readonly title: string;
      readonly file?: string;
      readonly receivedBytes: number;
      readonly totalBytes: number;
    }
  | { readonly type: 'downloaded'; readonly title: string; readonly receivedBytes: number; readonly ms: number }
  | { readonly type: 'ready'; readonly server: ServerName; readonly how: 'started' | 'reused' | 'external'; readonly ms: number }
  | { readonly type: 'stopped'; readonly process: string; readonly how: 'ended' | 'killed' };

/** Called synchronously; must not throw. */
export type StackListener = (event: StackEvent) => void;
