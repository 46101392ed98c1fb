// jose: tokens checked offline with the keys of /certs, before, during and after a rotation.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import * as jose from 'jose'
import * as client from 'openid-client'
import { act, ALICE, CALLBACK, ISSUER, SERVER, signIn } from './support.js'

const CERTS = new URL('/certs', ISSUER)
const expected = { issuer: ISSUER.origin, audience: SERVER.id, algorithms: ['RS256'] }
// A day goes by in seconds here: the pause between two fetches must not count.
const remoteKeys = () => jose.createRemoteJWKSet(CERTS, { cooldownDuration: 0 })

beforeEach(() => act('takes_another_browser'))

async function signedIn () {
  const config = await client.discovery(ISSUER, SERVER.id, SERVER.secret)
  const url = client.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope: 'openid' })
  return client.authorizationCodeGrant(config, await signIn(url), { idTokenExpected: true })
}

const check = (keys, tokens) => Promise.all([
  jose.jwtVerify(tokens.id_token, keys, { ...expected, typ: 'JWT' }),
  jose.jwtVerify(tokens.access_token, keys, { ...expected, typ: 'at+jwt' })
])

test('tokens pass with a copy of the keys, without a call', async () => {
  const keys = jose.createLocalJWKSet(await (await fetch(CERTS)).json())

  const [id, access] = await check(keys, await signedIn())

  assert.deepEqual([id.payload.sub, access.payload.sub], [ALICE, ALICE])
  assert.equal(id.protectedHeader.kid, access.protectedHeader.kid)
})

test('tokens with another algorithm, type or key do not pass', async () => {
  const tokens = await signedIn()
  const jwks = await (await fetch(CERTS)).json()
  const keys = jose.createLocalJWKSet(jwks)
  const claims = jose.decodeJwt(tokens.id_token)
  const { kid } = jwks.keys.at(-1)
  const pem = await jose.exportSPKI(await jose.importJWK(jwks.keys.at(-1), 'RS256', { extractable: true }))
  const byPublicKey = await new jose.SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(new TextEncoder().encode(pem))
  const { privateKey } = await jose.generateKeyPair('RS256')
  const byStranger = await new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)

  for (const forged of [byPublicKey, byStranger]) {
    await assert.rejects(jose.jwtVerify(forged, keys, expected))
    const told = await fetch(new URL('/userinfo', ISSUER), { headers: { authorization: `Bearer ${forged}` } })
    assert.equal(told.status, 401)
  }
  await assert.rejects(jose.jwtVerify(tokens.id_token, keys, { ...expected, typ: 'at+jwt' }), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' })
})

test('no verification fails while keys rotate', async () => {
  const keys = remoteKeys()
  const before = await signedIn()
  await check(keys, before)

  const [next] = await act('rotates_keys')
  const during = await signedIn()
  const fetchedDuring = remoteKeys()
  await check(fetchedDuring, during)
  await act('waits_a_day')
  await act('takes_another_browser')
  const after = await signedIn()

  assert.equal(next.state, 'next')
  assert.equal(jose.decodeProtectedHeader(after.id_token).kid, next.kid)
  for (const verifier of [keys, fetchedDuring, remoteKeys()]) {
    for (const tokens of [before, during, after]) await check(verifier, tokens)
  }
})

test('the last key is the one in use, for clients that read no kid', async () => {
  const tokens = await signedIn()
  const { keys } = await (await fetch(CERTS)).json()

  await jose.jwtVerify(tokens.id_token, await jose.importJWK(keys.at(-1), 'RS256'), expected)
})
