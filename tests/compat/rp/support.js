// What the tests share: where the provider is, the apps, and the people behind the door.
import assert from 'node:assert/strict'

const env = name => {
  assert.ok(process.env[name], `${name} is not set`)
  return process.env[name]
}

export const ISSUER = new URL(env('STAGE_ISSUER'))
export const ALICE = env('STAGE_ALICE')
export const CALLBACK = env('STAGE_CALLBACK')
export const LOOPBACK = env('STAGE_LOOPBACK')
export const GOODBYE = env('STAGE_GOODBYE')
export const SERVER = { id: env('STAGE_SERVER_ID'), secret: env('STAGE_SERVER_SECRET') }
export const NATIVE = { id: env('STAGE_NATIVE_ID') }

// act('signs_in', url): all that people can do is in sign_in_stage.py.
export async function act (what, ...args) {
  const answer = await fetch(env('STAGE_DOOR'), { method: 'POST', body: JSON.stringify({ do: what, with: args }) })
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return JSON.parse(text)
}

// What a person's browser brings to the app: a URL, or a Request where it is a form post.
export async function signIn (url, what = 'signs_in') {
  const answer = await act(what, String(url))
  if (answer.form === null) return new URL(answer.url)
  return new Request(answer.url, { method: 'POST', body: new URLSearchParams(answer.form) })
}

