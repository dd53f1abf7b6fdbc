/**
 * axios brings a `FormData` of its own, with the names of all media types. Nothing here sends forms, and the one that Node
 * has would do: axios takes any.
 *
 * @type {import('esbuild').Plugin}
 */
export const nodeFormData = {
  name: 'node-form-data',
  setup(build) {
    build.onResolve({ filter: /^form-data$/ }, () => ({ path: 'form-data', namespace: 'node' }));
    build.onLoad({ filter: /.*/, namespace: 'node' }, () => ({ contents: 'module.exports = FormData;' }));
  },
};
