// Every look-up of the SDK, as an app and, where it exists, as a signed-in user. The data are the operator's files.
'use strict'

const assert = require('node:assert/strict')
const { before, describe, it } = require('node:test')
const { XummSdkJwt } = require('xumm-sdk')
const { sdk, url, act, clientOf, ALICE, SHOP } = require('./support')

const GENESIS = 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh'
const HOOK = '3E7A1C94B05D28F6E1A47C3B9D60825F1B4E7A93C6D05F28A1E94B7C3D6025F8'
const NFTOKEN = '000B013A95F14B0044F78A264E41713C64B5F89242540EE208C3098E00000D65'

describe('look-ups', { timeout: 60000 }, () => {
  let page
  before(async () => {
    page = new XummSdkJwt(await act('signs_in'))
    page.setEndpoint(url)
  })

  it('tell whether somebody was identified', async () => {
    assert.equal(await sdk.getKycStatus(GENESIS), 'SUCCESSFUL')
    assert.equal(await sdk.getKycStatus(SHOP), 'NONE')
    assert.equal(await sdk.getKycStatus('00000000-0000-4000-8000-000000000000'), 'NONE')
  })

  for (const [who, client] of [['an app', () => sdk], ['a user', () => page]]) {
    it(`list curated assets for ${who}`, async () => {
      const assets = await client().getCuratedAssets()

      assert.deepEqual([assets.issuers, assets.currencies], [['Gate'], ['USD']])
      assert.equal(assets.details.Gate.currencies.USD.issuer, SHOP)
    })

    it(`tell rates to ${who}`, async () => {
      const rates = await client().getRates('eur')

      assert.deepEqual([rates.USD, rates.XRP], [0.8, 0.4])
      assert.equal(rates.__meta.currency.symbol, '€')
    })

    it(`list networks for ${who}`, async () => {
      const rails = await client().getRails()

      assert.equal(rails.MAINNET.chain_id, 0)
      assert.equal(rails.XAHAU.native_asset, 'XAH')
    })

    it(`describe hooks to ${who}`, async () => {
      assert.deepEqual(Object.keys(await client().getHookHashes()), [HOOK])
      assert.equal((await client().getHookHash(HOOK)).name, 'Round-up savings')
    })
  }

  it('tell what a transaction did on the ledger', async () => {
    const { api_key: key, api_secret: secret, txid } = await act('settles_a_payment')

    const told = await clientOf(key, secret).getTransaction(txid)

    assert.equal(told.txid, txid)
    assert.equal(told.transaction.meta.TransactionResult, 'tesSUCCESS')
    assert.deepEqual(told.balanceChanges[GENESIS].map(({ currency, value }) => [currency, value]), [['XRP', '2.5']])
    assert.ok(Number(told.balanceChanges[ALICE][0].value) < -2.5)
  })

  it('tell a user who issued an NFToken', async () => {
    const token = await page.getNftokenDetail(NFTOKEN)

    assert.equal(token.token, NFTOKEN)
    assert.match(token.issuer, /^r/)
  })
})
