// openid-client, given the issuer and an app's credentials.
import assert from 'node:assert/strict'
import { before, beforeEach, test } from 'node:test'
import * as client from 'openid-client'
import { act, ALICE, CALLBACK, GOODBYE, ISSUER, LOOPBACK, NATIVE, SERVER, signIn } from './support.js'

const discover = async (app, authentication) => {
  const config = await client.discovery(ISSUER, app.id, app.secret, authentication)
  // Checks the signature of ID tokens from the token endpoint, too.
  client.enableNonRepudiationChecks(config)
  return config
}

let server, native
before(async () => {
  server = await discover(SERVER, client.ClientSecretBasic(SERVER.secret))
  native = await discover(NATIVE, client.None())
})
beforeEach(() => act('takes_another_browser'))

// A request as the library's guide makes it, and the checks that belong to it.
async function ask (parameters = {}) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true
  }
  const request = {
    redirect_uri: CALLBACK,
    scope: 'openid profile',
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...parameters
  }
  return { request, checks }
}

async function signedIn (config, parameters) {
  const { request, checks } = await ask(parameters)
  const url = client.buildAuthorizationUrl(config, request)
  return client.authorizationCodeGrant(config, await signIn(url), checks)
}

const refusal = (error, status) => problem => {
  assert.equal(problem.error ?? problem.cause?.error, error, problem)
  if (status) assert.equal(problem.status, status)
  return true
}

for (const [name, authentication] of [['basic', client.ClientSecretBasic], ['post', client.ClientSecretPost]]) {
  test(`a back end signs somebody in with its secret (${name}) and PKCE`, async () => {
    const config = await discover(SERVER, authentication(SERVER.secret))

    const tokens = await signedIn(config)

    const claims = tokens.claims()
    assert.deepEqual([claims.iss, claims.sub, claims.aud], [ISSUER.origin, ALICE, SERVER.id])
    const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
    assert.deepEqual([person.account, person.preferred_username], [ALICE, ALICE])
  })
}

test('a back end that may signs somebody in without PKCE', async () => {
  const state = client.randomState()
  const url = client.buildAuthorizationUrl(server, { redirect_uri: CALLBACK, scope: 'openid', state })

  const tokens = await client.authorizationCodeGrant(server, await signIn(url), { expectedState: state, idTokenExpected: true })

  assert.equal(tokens.claims().sub, ALICE)
  assert.equal(tokens.expires_in, 86400)
})

test('a program on a machine signs somebody in with PKCE alone, on any port', async () => {
  const here = LOOPBACK.replace('127.0.0.1', '127.0.0.1:51004')

  const tokens = await signedIn(native, { redirect_uri: here })

  assert.deepEqual([tokens.claims().sub, tokens.claims().aud], [ALICE, NATIVE.id])
})

test('the answer comes by form post', async () => {
  const tokens = await signedIn(server, { response_mode: 'form_post' })

  assert.equal(tokens.claims().sub, ALICE)
})

test('a wallet that declines is an error the library knows', async () => {
  const { request, checks } = await ask()
  const answer = await signIn(client.buildAuthorizationUrl(server, request), 'is_declined')

  await assert.rejects(client.authorizationCodeGrant(server, answer, checks), refusal('access_denied'))
})

test('max_age and prompt=login ask for a signature again', async () => {
  const first = await signedIn(server)
  await new Promise(resolve => setTimeout(resolve, 1100))
  const { request, checks } = await ask({ max_age: '0' })

  const second = await client.authorizationCodeGrant(
    server, await signIn(client.buildAuthorizationUrl(server, request)), { ...checks, maxAge: 0 }
  )
  const third = await signedIn(server, { prompt: 'login' })

  assert.ok(second.claims().auth_time > first.claims().auth_time)
  assert.ok(third.claims().auth_time >= second.claims().auth_time)
})

test('a request is pushed ahead', async () => {
  const { request, checks } = await ask()

  const url = await client.buildAuthorizationUrlWithPAR(server, request)
  assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri'])
  const tokens = await client.authorizationCodeGrant(server, await signIn(url), checks)

  assert.equal(tokens.claims().sub, ALICE)
  const again = await act('goes_to', url.href)
  assert.equal(again.status, 400, 'a pushed request is used up by its sign-in')
})

test('a pushed request is checked at once', async () => {
  const { request } = await ask({ redirect_uri: 'https://elsewhere.example/' })

  await assert.rejects(client.buildAuthorizationUrlWithPAR(server, request), refusal('invalid_request', 400))
})

test('refresh tokens are traded, and their tokens are for the same person', async () => {
  const first = await signedIn(native, { redirect_uri: LOOPBACK, scope: 'openid offline_access', prompt: 'consent' })

  const second = await client.refreshTokenGrant(native, first.refresh_token)

  assert.notEqual(second.refresh_token, first.refresh_token)
  assert.notEqual(second.access_token, first.access_token)
  const [old, now] = [first.claims(), second.claims()]
  assert.deepEqual([now.sub, now.aud, now.auth_time, now.nonce], [old.sub, old.aud, old.auth_time, undefined])
  await client.fetchUserInfo(native, second.access_token, now.sub)
})

test('refresh tokens are not another app\'s', async () => {
  const { refresh_token: token } = await signedIn(server, { scope: 'openid offline_access', prompt: 'consent' })

  await assert.rejects(client.refreshTokenGrant(native, token), refusal('invalid_grant', 400))
})

test('tokens are introspected and revoked', async () => {
  const { access_token: token, scope } = await signedIn(server)

  const told = await client.tokenIntrospection(server, token)
  assert.deepEqual([told.active, told.sub, told.client_id, told.scope], [true, ALICE, SERVER.id, scope])
  await client.tokenRevocation(server, token)

  assert.deepEqual({ ...await client.tokenIntrospection(server, token) }, { active: false })
  await assert.rejects(client.fetchUserInfo(server, token, ALICE), problem => {
    assert.equal(problem.cause[0].parameters.error, 'invalid_token')
    return true
  })
})

test('one app cannot look into another\'s tokens', async () => {
  const { access_token: token } = await signedIn(native, { redirect_uri: LOOPBACK })

  assert.deepEqual({ ...await client.tokenIntrospection(server, token) }, { active: false })
})

test('a device waits until somebody signs in for it', async () => {
  const waiting = await client.initiateDeviceAuthorization(native, { scope: 'openid' })
  const polling = client.pollDeviceAuthorizationGrant(native, waiting)

  await act('approves_device', waiting.verification_uri_complete)
  const tokens = await polling

  assert.equal(tokens.claims().sub, ALICE)
  assert.match(waiting.user_code, /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/)
})

test('somebody signs out and is brought back', async () => {
  const { id_token: hint } = await signedIn(server)
  const url = client.buildEndSessionUrl(server, { post_logout_redirect_uri: GOODBYE, id_token_hint: hint, state: 'bye now' })

  const left = await act('goes_to', url.href)
  const { request, checks } = await ask({ prompt: 'none' })
  const after = await act('goes_to', client.buildAuthorizationUrl(server, request).href)

  assert.deepEqual([new URL(left.url).origin + new URL(left.url).pathname, new URL(left.url).searchParams.get('state')], [GOODBYE, 'bye now'])
  await assert.rejects(client.authorizationCodeGrant(server, new URL(after.url), checks), refusal('login_required'))
})

test('somebody who is signed in is let in without a page', async () => {
  const first = await signedIn(server)
  const { request, checks } = await ask({ prompt: 'none', id_token_hint: first.id_token })

  const answer = await act('goes_to', client.buildAuthorizationUrl(server, request).href)
  const second = await client.authorizationCodeGrant(server, new URL(answer.url), checks)

  assert.equal(second.claims().auth_time, first.claims().auth_time)
})

test('an answer that names another issuer is refused by the library', async () => {
  const { request, checks } = await ask()
  const answer = await signIn(client.buildAuthorizationUrl(server, request))
  assert.equal(answer.searchParams.get('iss'), ISSUER.origin)
  answer.searchParams.set('iss', 'https://elsewhere.example')

  await assert.rejects(client.authorizationCodeGrant(server, answer, checks), { code: 'OAUTH_INVALID_RESPONSE' })
})
