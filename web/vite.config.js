import { defineConfig } from 'vite';

// File names carry a digest of their content, so that browsers may keep them for ever.
export default defineConfig({
  base: '/static/graphiql/',
  build: {
    outDir: '../api/static/graphiql',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 5000,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      // Directives for servers that render React; there is none here.
      onLog: (level, log, print) => log.code === 'MODULE_LEVEL_DIRECTIVE' || print(level, log),
    },
  },
  worker: { format: 'es' },
});
