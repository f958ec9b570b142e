import { crypto } from '../../../node-modules.ts';
// RFC 6750, section 2.1: b64token. No comment can be one, and no token a comment.
const tokenPattern = /^[A-Za-z0-9\-._~+/]+=*$/;
/** Nothing slows down who tries tokens: one must be too long to be found. 16 characters of base64 are 96 bits. */
const minTokenLength = 16;

const digest = (token: string): Buffer => crypto().createHash('sha256').update(token).digest();

/** Of equal length, whatever the tokens' is: comparing them tells nothing by its time. */
export type TokenDigests = readonly Buffer[];

/** @throws Error that names the line and what is wrong, without a word of the token */
export function parseTokensFile(text: string): TokenDigests {
  const digests = text.split('\n').flatMap((raw, index) => {
    const token = raw.trim();
    if (token === '' || token.startsWith('#')) return [];
    if (!tokenPattern.test(token)) {
      throw new Error(`line ${index + 1}: expected a token of the characters A-Z a-z 0-9 - . _ ~ + / =`);
    }
    if (token.length < minTokenLength) {
      throw new Error(
        `line ${index + 1}: expected at least ${minTokenLength} characters (openssl rand -hex 32 makes a good one)`,
      );
    }
    return digest(token);
  });
  if (digests.length === 0) throw new Error('there is no token in it');
  return digests;
}

export function isToken(digests: TokenDigests, candidate: string): boolean {
  const wanted = digest(candidate);
  // Every one is looked at: how long it takes does not tell which one it was.
  return digests.filter((each) => crypto().timingSafeEqual(each, wanted)).length > 0;
}
