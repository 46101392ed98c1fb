// oauth4webapi: the steps one by one, with the metadata of RFC 8414 and without OpenID Connect where that is not asked for.
import assert from 'node:assert/strict'
import { before, beforeEach, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { act, ALICE, CALLBACK, ISSUER, LOOPBACK, NATIVE, SERVER, signIn } from './support.js'

const server = { client_id: SERVER.id }
const native = { client_id: NATIVE.id }
const secret = oauth.ClientSecretBasic(SERVER.secret)
const none = oauth.None()

let as
before(async () => {
  as = await oauth.processDiscoveryResponse(ISSUER, await oauth.discoveryRequest(ISSUER, { algorithm: 'oauth2' }))
})
beforeEach(() => act('takes_another_browser'))

async function getCode (client, parameters) {
  const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()]
  const url = new URL(as.authorization_endpoint)
  url.search = new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...parameters
  })
  return { verifier, answer: oauth.validateAuthResponse(as, client, await signIn(url), state) }
}

async function getTokens (client, authentication, parameters) {
  const { verifier, answer } = await getCode(client, parameters)
  const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, answer, parameters.redirect_uri, verifier)
  return oauth.processAuthorizationCodeResponse(as, client, response)
}

const refusal = (error, status) => problem => {
  assert.equal(problem.error, error, problem)
  assert.equal(problem.status, status)
  return true
}

test('the metadata is the same in both places, and lists what is on', async () => {
  const oidc = await oauth.processDiscoveryResponse(ISSUER, await oauth.discoveryRequest(ISSUER))

  assert.deepEqual(oidc, as)
  for (const [name, value] of Object.entries(as)) {
    if (name.endsWith('_endpoint') || name === 'jwks_uri') assert.equal(new URL(value).origin, ISSUER.origin)
  }
  assert.ok(as.grant_types_supported.includes('urn:ietf:params:oauth:grant-type:device_code'))
})

test('plain OAuth: a token that the API takes, and userinfo in the shape of old', async () => {
  const tokens = await getTokens(native, none, { redirect_uri: LOOPBACK, scope: 'wallet:read offline_access', prompt: 'consent' })

  assert.deepEqual([tokens.token_type, tokens.scope, tokens.id_token], ['bearer', 'wallet:read offline_access', undefined])
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  const ping = await (await fetch(new URL('/api/v1/jwt/ping', ISSUER), { headers })).json()
  assert.equal(ping.auth?.jwtData?.sub ?? ping.sub, ALICE)
  const person = await oauth.processUserInfoResponse(as, native, ALICE, await oauth.userInfoRequest(as, native, tokens.access_token))
  assert.deepEqual([person.account, person.name, typeof person.profile], [ALICE, null, 'object'])
})

test('plain OAuth: the empty refresh token of old is more than this library bears, so it has to ask for openid', async () => {
  await assert.rejects(getTokens(native, none, { redirect_uri: LOOPBACK, scope: 'wallet:read' }), problem => {
    assert.equal(problem.cause.body.refresh_token, '')
    return true
  })
})

test('access tokens are JWTs of RFC 9068, for one audience', async () => {
  const tokens = await getTokens(server, secret, { redirect_uri: CALLBACK, scope: 'openid' })
  const call = () => new Request('https://api.example/orders', { headers: { authorization: `Bearer ${tokens.access_token}` } })

  const claims = await oauth.validateJwtAccessToken(as, call(), SERVER.id)

  assert.deepEqual([claims.sub, claims.client_id], [ALICE, SERVER.id])
  await assert.rejects(oauth.validateJwtAccessToken(as, call(), NATIVE.id))
})

test('ID tokens are no access tokens, and the reverse', async () => {
  const tokens = await getTokens(server, secret, { redirect_uri: CALLBACK, scope: 'openid' })
  const call = new Request('https://api.example/orders', { headers: { authorization: `Bearer ${tokens.id_token}` } })

  await assert.rejects(oauth.validateJwtAccessToken(as, call, SERVER.id))
  const told = await oauth.userInfoRequest(as, server, tokens.id_token)
  await assert.rejects(oauth.processUserInfoResponse(as, server, ALICE, told), { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE' })
})

test('a code is spent once, and its tokens end with the second try', async () => {
  const { verifier, answer } = await getCode(server, { redirect_uri: CALLBACK, scope: 'openid' })
  const redeem = () => oauth.authorizationCodeGrantRequest(as, server, secret, answer, CALLBACK, verifier)
  const { access_token: token } = await oauth.processAuthorizationCodeResponse(as, server, await redeem())

  await assert.rejects(redeem().then(response => oauth.processAuthorizationCodeResponse(as, server, response)), refusal('invalid_grant', 400))

  const told = await oauth.introspectionRequest(as, server, secret, token)
  assert.deepEqual({ ...await oauth.processIntrospectionResponse(as, server, told) }, { active: false })
})

test('a code is not another app\'s', async () => {
  const { verifier, answer } = await getCode(native, { redirect_uri: LOOPBACK, scope: 'openid' })
  const mine = await oauth.validateAuthResponse(as, server, answer, oauth.skipStateCheck)

  const response = await oauth.authorizationCodeGrantRequest(as, server, secret, mine, LOOPBACK, verifier)

  await assert.rejects(oauth.processAuthorizationCodeResponse(as, server, response), refusal('invalid_grant', 400))
})

test('a challenge needs its verifier, and a verifier its challenge', async () => {
  const { answer } = await getCode(server, { redirect_uri: CALLBACK, scope: 'openid' })
  const wrong = await oauth.authorizationCodeGrantRequest(as, server, secret, answer, CALLBACK, oauth.generateRandomCodeVerifier())
  await assert.rejects(oauth.processAuthorizationCodeResponse(as, server, wrong), refusal('invalid_grant', 400))
  const absent = await oauth.authorizationCodeGrantRequest(as, server, secret, answer, CALLBACK, oauth.nopkce)
  await assert.rejects(oauth.processAuthorizationCodeResponse(as, server, absent), refusal('invalid_grant', 400))
})

test('wrong credentials are 401, with a challenge where they came in the header', async () => {
  for (const [wrong, challenged] of [[oauth.ClientSecretBasic, true], [oauth.ClientSecretPost, false]]) {
    const response = await oauth.introspectionRequest(as, server, wrong('b5c1a8c6-3d0a-4b8e-9a49-2f8f0f9f2f11'), 'x')

    assert.equal(response.status, 401)
    assert.equal(response.headers.has('www-authenticate'), challenged)
    await assert.rejects(oauth.processIntrospectionResponse(as, server, response))
  }
})

test('revoking what is unknown succeeds, and revoking a refresh token ends its family', async () => {
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, native, none, 'no such token'))
  const tokens = await getTokens(native, none, { redirect_uri: LOOPBACK, scope: 'openid offline_access', prompt: 'consent' })

  await oauth.processRevocationResponse(await oauth.revocationRequest(as, native, none, tokens.refresh_token))

  const refreshed = await oauth.refreshTokenGrantRequest(as, native, none, tokens.refresh_token)
  await assert.rejects(oauth.processRefreshTokenResponse(as, native, refreshed), refusal('invalid_grant', 400))
  const told = await oauth.userInfoRequest(as, native, tokens.access_token)
  await assert.rejects(oauth.processUserInfoResponse(as, native, ALICE, told), { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE' })
})

test('a device that polls too soon is told to wait, then to slow down', async () => {
  const asked = await oauth.deviceAuthorizationRequest(as, native, none, { scope: 'openid' })
  const waiting = await oauth.processDeviceAuthorizationResponse(as, native, asked)
  const poll = async () => oauth.processDeviceCodeResponse(
    as, native, await oauth.deviceCodeGrantRequest(as, native, none, waiting.device_code)
  )

  assert.deepEqual([waiting.expires_in, waiting.interval], [600, 5])
  await assert.rejects(poll(), refusal('authorization_pending', 400))
  await assert.rejects(poll(), refusal('slow_down', 400))
})

test('a pushed request is good for the app that pushed it', async () => {
  const verifier = oauth.generateRandomCodeVerifier()
  const request = new URLSearchParams({
    response_type: 'code', redirect_uri: LOOPBACK, scope: 'openid',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256'
  })
  const pushed = await oauth.processPushedAuthorizationResponse(
    as, native, await oauth.pushedAuthorizationRequest(as, native, none, request)
  )
  const go = id => `${as.authorization_endpoint}?${new URLSearchParams({ client_id: id, request_uri: pushed.request_uri })}`

  const foreign = await act('goes_to', go(SERVER.id))
  const answer = oauth.validateAuthResponse(as, native, await signIn(go(NATIVE.id)), oauth.expectNoState)
  const tokens = await oauth.processAuthorizationCodeResponse(
    as, native, await oauth.authorizationCodeGrantRequest(as, native, none, answer, LOOPBACK, verifier)
  )

  assert.equal(foreign.status, 400)
  assert.equal(oauth.getValidatedIdTokenClaims(tokens).sub, ALICE)
})
