// What the peers answer: the shapes of the platform's own answers, kept in memory only.
'use strict'
const { randomUUID } = require('node:crypto')

const KEY = process.env.BENCH_API_KEY
const SECRET = process.env.BENCH_API_SECRET
const BASE = `http://localhost:${process.env.PORT}`
const MOST_KEPT = 10000

const kept = new Map()

exports.port = Number(process.env.PORT)
exports.isKnown = (headers) => headers['x-api-key'] === KEY && headers['x-api-secret'] === SECRET
exports.refusal = { error: { code: 813, reference: '' } }

exports.ping = () => ({
  pong: true,
  auth: {
    quota: {},
    application: { uuidv4: KEY, name: 'Demo app', webhookurl: '', redirecturis: [], disabled: 0 },
    call: { uuidv4: randomUUID() }
  }
})

exports.create = (body) => {
  const uuid = randomUUID()
  kept.set(uuid, { body, at: Date.now() })
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value)
  const page = `${BASE}/sign/${uuid}`
  return {
    uuid,
    next: { always: page },
    refs: {
      qr_png: `${page}_q.png`,
      qr_matrix: `${page}_q.json`,
      qr_uri_quality_opts: ['m', 'q', 'h'],
      websocket_status: page.replace('http', 'ws')
    },
    pushed: false
  }
}

exports.get = (uuid) => {
  const found = kept.get(uuid)
  if (found === undefined) return undefined
  const { txjson, options = {}, custom_meta: meta = {} } = found.body
  const expires = found.at + 86400000
  return {
    meta: {
      exists: true, uuid, multisign: false, submit: options.submit !== false, pathfinding: false,
      pathfinding_fallback: false, force_network: null, destination: txjson.Destination ?? '',
      resolved_destination: txjson.Destination ?? '', resolved: false, signed: false, cancelled: false,
      expired: Date.now() >= expires, pushed: false, app_opened: false, opened_by_deeplink: null,
      return_url_app: null, return_url_web: null, is_xapp: false, signers: null
    },
    application: {
      name: 'Demo app', description: '', disabled: 0, uuidv4: KEY, icon_url: `${BASE}/icon.png`,
      issued_user_token: null
    },
    payload: {
      tx_type: txjson.TransactionType, tx_destination: txjson.Destination ?? '', tx_destination_tag: null,
      request_json: txjson, origintype: null, signmethod: null, created_at: new Date(found.at).toISOString(),
      expires_at: new Date(expires).toISOString(), expires_in_seconds: Math.floor((expires - Date.now()) / 1000)
    },
    response: {
      hex: null, txid: null, resolved_at: null, dispatched_to: null, dispatched_nodetype: null,
      dispatched_result: null, dispatched_to_node: null, environment_nodeuri: null, environment_nodetype: null,
      multisign_account: null, account: null, signer: null, user: null, environment_networkid: null
    },
    custom_meta: {
      identifier: meta.identifier ?? null, blob: meta.blob ?? null, instruction: meta.instruction ?? null
    }
  }
}
