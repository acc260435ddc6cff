import '@mantine/core/styles.css';
import './page.css';
import { MantineProvider, createTheme } from '@mantine/core';
import type { CSSVariablesResolver } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ClinicPage } from './clinic-page.js';
import { startTexts } from './texts/i18n.js';

const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: 9,
  fontFamily: 'system-ui, "DejaVu Sans", sans-serif',
  defaultRadius: 'md',
});

/** Help and errors below fields, and buttons below the pointer, dark enough to read (WCAG 2.2 AA). */
const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#4a5357',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-teal-filled-hover': '#066649',
    '--mantine-primary-color-filled-hover': '#066649',
  },
  dark: {},
});

const client = new QueryClient({
  // The live feed says when something changed; the interval is only for a feed that was cut.
  defaultOptions: { queries: { refetchInterval: 60_000, retry: true, retryDelay: 2_000 } },
});

await startTexts();
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={readable} forceColorScheme="light">
      <QueryClientProvider client={client}>
        <ClinicPage />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
