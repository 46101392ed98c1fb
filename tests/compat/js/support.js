// What the tests share: the published SDK pointed at the platform, the people behind it, subscriptions that end.
'use strict'

const assert = require('node:assert/strict')
const { after } = require('node:test')
const { XummSdk } = require('xumm-sdk')

const { SEALGATE_URL: url, SEALGATE_API_KEY: key, SEALGATE_API_SECRET: secret, STAGE_DOOR: door } = process.env
const ALICE = process.env.STAGE_ALICE
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const SHOP = 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe'
const SIGN_IN = { TransactionType: 'SignIn' }
const PAYMENT = { TransactionType: 'Payment', Destination: SHOP, DestinationTag: 1042, Amount: '2500000' }

function clientOf (apiKey, apiSecret) {
  const sdk = new XummSdk(apiKey, apiSecret)
  assert.equal(sdk.setEndpoint(url), true)
  return sdk
}

// act('signs', uuid): alice signs. All that people can do is in stage.py.
async function act (what, ...args) {
  const answer = await fetch(door, { method: 'POST', body: JSON.stringify({ do: what, with: args }) })
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return JSON.parse(text)
}

const open = new Set()
after(() => open.forEach(subscription => subscription.resolve()))

// Subscribes and keeps what the callback hears. The callback has the last word on what ends the subscription.
async function follow (subscribe, callback = () => undefined) {
  const heard = []
  const waiting = []
  const subscription = await subscribe(event => {
    heard.push(event.data)
    waiting.forEach(look => look())
    return callback(event)
  })
  open.add(subscription)
  const until = (predicate, limitMs = 20000) => new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Heard only ${JSON.stringify(heard)}`)), limitMs)
    const look = () => {
      const found = heard.find(predicate)
      if (found) { clearTimeout(late); resolve(found) }
    }
    waiting.push(look)
    look()
  })
  return { subscription, heard, until }
}

const isWelcome = data => /^Welcome /.test(data.message ?? '')
const isOutcome = data => 'payload_uuidv4' in data

module.exports = {
  sdk: clientOf(key, secret), url, key, secret, clientOf, act, follow, isWelcome, isOutcome, ALICE, UUID, SHOP, SIGN_IN, PAYMENT
}
