import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ['hemma-source', 'module', 'browser', 'production'] },
  build: { outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 1_500 },
});
