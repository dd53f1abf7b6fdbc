import type { Plugin } from 'esbuild';

export declare const nodeFormData: Plugin;
