/** Who may ask: host names against DNS rebinding, tokens, and the headers that keep browsers safe. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Scope } from './contract/route.ts';
import { STYLE_SOURCE } from './docs-page.ts';
import { RequestError } from './errors.ts';

/** The tokens that open the interface; without any, everybody on this machine may read. */
export interface Tokens {
  readonly read?: string | undefined;
  readonly admin?: string | undefined;
}

/** Headers of every answer: nothing from elsewhere, no frames, no sniffing, nothing kept by caches. */
export const setSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set(SECURITY_HEADERS);
  next();
};

const SECURITY_HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${STYLE_SOURCE}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/**
 * Refuses names that are not this machine's while no token guards it: a page on evil.example whose name was made to
 * point at 127.0.0.1 could read everything else. With a token no page can, because browsers do not know it.
 */
export function guardHost(tokens: Tokens): RequestHandler {
  if (tokens.read !== undefined) return (_request, _response, next) => next();
  return (request, _response, next) => {
    const host = request.headers.host ?? '';
    next(isLocal(host) ? undefined : new RequestError('HOST_NOT_ALLOWED', { host }));
  };
}

function isLocal(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/u, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/u.test(name)
  );
}

/** Refuses requests without the token that the scope wants. */
export function guardScope(scope: Scope, tokens: Tokens): RequestHandler {
  const admitted = scope === 'admin' ? [tokens.admin] : [tokens.read, tokens.admin];
  const isOpen = scope === 'open' || (scope === 'read' ? tokens.read : tokens.admin) === undefined;
  return (request, _response, next) => {
    if (isOpen) return next();
    const given = /^Bearer +(\S+) *$/iu.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) return next(new RequestError('TOKEN_MISSING'));
    if (admitted.some((token) => isSame(given, token))) return next();
    const isReader = isSame(given, tokens.read);
    return next(new RequestError(isReader ? 'SCOPE_TOO_LOW' : 'TOKEN_WRONG'));
  };
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function isSame(given: string, token: string | undefined): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return token !== undefined && timingSafeEqual(digest(given), digest(token));
}
