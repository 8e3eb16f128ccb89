/** Asks for the read token of a server that wants one. */
import { type FormEvent, type ReactNode, useState } from 'react';
import { readToken } from '../connection.ts';

/** Kept for this tab only. */
export function TokenForm({ onToken }: { readonly onToken: (token: string) => void }): ReactNode {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <form className="empty" onSubmit={submit}>
      <h2>This server wants a token</h2>
      <p>
        {readToken() === undefined ? 'Reading is protected here. ' : 'The token was not accepted. '}
        It is the value of <code>HEARTWOOD_READ_TOKEN</code> on the server, and stays in this tab
        until you close it.
      </p>
      <p className="row">
        <input
          type="password"
          autoComplete="off"
          aria-label="Read token"
          placeholder="Read token"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit" className="primary" disabled={token.trim() === ''}>
          Open
        </button>
      </p>
    </form>
  );
}
