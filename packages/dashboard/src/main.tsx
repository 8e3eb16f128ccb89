/** Puts the dashboard on the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './theme.css';
import './parts.css';

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has lost its #root element.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
