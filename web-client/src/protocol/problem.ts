/** Why something did not work, in words a person can act on: an HTTP problem (RFC 9457) or a fault of the network. */
export class Problem extends Error {
  constructor(
    /** HTTP status, 0 when no answer came. */
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly type: string = 'about:blank',
    readonly retryAfterMs: number | undefined = undefined,
  ) {
    super(detail ? `${title}: ${detail}` : title);
    this.name = 'Problem';
  }

  /** From a response that is no success; reads its body. */
  static async of(response: Response): Promise<Problem> {
    const body = await problemBody(response);
    const usual = USUAL[response.status] ?? usualOf(response.status);
    return new Problem(
      response.status,
      text(body['title']) ?? usual[0],
      text(body['detail']) ?? usual[1],
      text(body['type']) ?? 'about:blank',
      retryAfterMs(response.headers.get('Retry-After')),
    );
  }

  static unreachable(cause: unknown): Problem {
    const problem = new Problem(0, 'The server cannot be reached', 'Check the network; trying again.');
    problem.cause = cause;
    return problem;
  }

  /** No answer came at all. */
  get isUnreachable(): boolean {
    return this.status === 0 && this.cause !== undefined;
  }

  /** The server has no place left. */
  get isFull(): boolean {
    return this.status === 503 && this.type.endsWith('#full');
  }

  static wrap(error: unknown): Problem {
    if (error instanceof Problem) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new Problem(0, 'Something went wrong in the browser', message);
  }
}

const USUAL: Record<number, [string, string]> = {
  400: ['The server did not understand', 'The request was malformed.'],
  401: ['A key is needed', 'This server asks for a key or token.'],
  403: ['Not allowed', 'This key or token does not allow that here.'],
  404: ['Nothing there', 'No such stream or session.'],
  409: ['The stream is busy', 'It cannot take this connection now.'],
  422: ['No codec in common', 'This browser cannot play what the broadcaster sends.'],
  429: ['Too many requests', 'The server asks to go slower; trying again.'],
  503: ['The server is busy', 'It takes no new connections now; trying again.'],
};

function usualOf(status: number): [string, string] {
  return status >= 500
    ? ['The server has a problem', `It answered with status ${status}; trying again.`]
    : ['The server refused', `It answered with status ${status}.`];
}

async function problemBody(response: Response): Promise<Record<string, unknown>> {
  if (!/[/+]json\b/.test(response.headers.get('Content-Type') ?? '')) return {};
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `Retry-After` is seconds or a date (RFC 9110 section 10.2.3). */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
