// The published xrpl.js against the sandbox ledger: what a wallet or an app does, from the faucet to several signers.
'use strict'

const assert = require('node:assert/strict')
const { after, before, describe, it } = require('node:test')
const xrpl = require('xrpl')

const { SEALGATE_LEDGER_WS: ws, SEALGATE_LEDGER_RPC: rpc } = process.env
const PARTIAL = xrpl.PaymentFlags.tfPartialPayment
const { host, pathname } = new URL(`${rpc}/faucet`)
const FAUCET = { faucetHost: host, faucetPath: pathname, faucetProtocol: 'http' }

// Two at a time: every transaction closes a ledger, and the library gives one up after twenty.
describe('xrpl.js on the sandbox ledger', { timeout: 110000, concurrency: 2 }, () => {
  let client
  let alice
  let bob
  let issuer
  const usd = value => ({ currency: 'USD', issuer: issuer.address, value })
  const funded = async () => (await client.fundWallet(null, FAUCET)).wallet
  // Autofill, signature, submission and the wait for a validated ledger: all of it is the library's.
  const sends = async (wallet, tx) => (await client.submitAndWait({ Account: wallet.address, ...tx }, { wallet })).result
  const holds = async wallet => {
    const found = await client.getBalances(wallet.address)
    return found.find(line => line.currency === 'USD')?.value ?? '0'
  }

  before(async () => {
    client = new xrpl.Client(ws)
    await client.connect()
    ;[alice, bob, issuer] = await Promise.all([funded(), funded(), funded()])
    await sends(issuer, { TransactionType: 'AccountSet', SetFlag: xrpl.AccountSetAsfFlags.asfDefaultRipple })
    await Promise.all([alice, bob].map(holder => sends(holder, { TransactionType: 'TrustSet', LimitAmount: usd('1000') })))
    await sends(issuer, { TransactionType: 'Payment', Destination: alice.address, Amount: usd('100') })
  })
  after(() => client.disconnect())

  it('knows the network', () => {
    assert.equal(client.networkID, 1000)
  })

  it('is funded by the faucet with the amount it asks for', async () => {
    const { wallet, balance } = await client.fundWallet(null, { ...FAUCET, amount: '50' })

    assert.equal(balance, 50)
    assert.equal(await client.getXrpBalance(wallet.address), 50)
  })

  it('fills in what a transaction needs', async () => {
    const payer = await funded()
    const filled = await client.autofill({
      TransactionType: 'Payment', Account: payer.address, Destination: bob.address, Amount: '1'
    })

    const { account_data: root } = (await client.request({ command: 'account_info', account: payer.address })).result
    assert.equal(filled.Sequence, root.Sequence)
    assert.equal(filled.Fee, '12')
    assert.equal(filled.NetworkID, undefined)
    assert.ok(filled.LastLedgerSequence > await client.getLedgerIndex())
  })

  it('pays XRP and reads what changed', async () => {
    const [payer, payee] = [await funded(), await funded()]
    const result = await sends(payer, { TransactionType: 'Payment', Destination: payee.address, Amount: xrpl.xrpToDrops('2.5') })

    assert.equal(result.validated, true)
    assert.equal(result.meta.delivered_amount, '2500000')
    const changes = new Map(xrpl.getBalanceChanges(result.meta).map(({ account, balances }) => [account, balances[0].value]))
    assert.equal(changes.get(payee.address), '2.5')
    assert.equal(changes.get(payer.address), '-2.500012')
  })

  it('hears of ledgers and of an account', async () => {
    const listener = new xrpl.Client(ws)
    await listener.connect()
    const payee = await funded()
    const ledger = new Promise(resolve => listener.once('ledgerClosed', resolve))
    const news = new Promise(resolve => listener.once('transaction', resolve))
    await listener.request({ command: 'subscribe', streams: ['ledger'], accounts: [payee.address] })
    const result = await sends(await funded(), { TransactionType: 'Payment', Destination: payee.address, Amount: '1' })

    assert.equal((await ledger).type, 'ledgerClosed')
    assert.equal((await news).hash, result.hash)
    assert.equal((await news).tx_json.DeliverMax, '1')
    await listener.disconnect()
  })

  it('passes issued amounts on, whole and in part', async () => {
    const whole = await sends(alice, { TransactionType: 'Payment', Destination: bob.address, Amount: usd('30.5') })
    assert.deepEqual(whole.meta.delivered_amount, usd('30.5'))

    const partial = await sends(alice, {
      TransactionType: 'Payment', Destination: bob.address, Amount: usd('500'), Flags: PARTIAL
    })
    assert.deepEqual(partial.meta.delivered_amount, usd('69.5'))
    assert.deepEqual([await holds(alice), await holds(bob)], ['0', '100'])
  })

  it('signs with a regular key once the master key is disabled', async () => {
    const [owner, regular] = [await funded(), xrpl.Wallet.generate()]
    await sends(owner, { TransactionType: 'SetRegularKey', RegularKey: regular.address })
    await sends(owner, { TransactionType: 'AccountSet', SetFlag: xrpl.AccountSetAsfFlags.asfDisableMaster })

    const noop = { TransactionType: 'AccountSet', Account: owner.address }
    const byRegular = await client.submitAndWait(noop, { wallet: regular })
    const byMaster = await client.submit(noop, { wallet: owner })

    assert.equal(byRegular.result.meta.TransactionResult, 'tesSUCCESS')
    assert.equal(byMaster.result.engine_result, 'tefMASTER_DISABLED')
  })

  it('signs with several keys', async () => {
    const owner = await funded()
    const signers = [xrpl.Wallet.generate(), xrpl.Wallet.generate('ecdsa-secp256k1')]
    await sends(owner, {
      TransactionType: 'SignerListSet',
      SignerQuorum: 2,
      SignerEntries: signers.map(({ address }) => ({ SignerEntry: { Account: address, SignerWeight: 1 } }))
    })
    const tx = await client.autofill({ TransactionType: 'AccountSet', Account: owner.address }, 2)
    const signed = signers.map(signer => signer.sign(tx, true).tx_blob)

    const alone = await client.submit(signed[0])
    const together = await client.submitAndWait(xrpl.multisign(signed))
    const again = await client.request({
      command: 'submit_multisigned', tx_json: xrpl.decode(xrpl.multisign(signed))
    })

    // Its fee is for two, but one signature is not enough.
    assert.equal(alone.result.engine_result, 'tefBAD_QUORUM')
    assert.equal(together.result.meta.TransactionResult, 'tesSUCCESS')
    assert.equal(again.result.engine_result, 'tefALREADY')
  })

  it('spends tickets in any order', async () => {
    const owner = await funded()
    await sends(owner, { TransactionType: 'TicketCreate', TicketCount: 2 })
    const { account_objects: tickets } = (await client.request({
      command: 'account_objects', account: owner.address, type: 'ticket'
    })).result
    const numbers = tickets.map(ticket => ticket.TicketSequence).sort((a, b) => b - a)

    for (const TicketSequence of numbers) {
      const result = await sends(owner, { TransactionType: 'AccountSet', Sequence: 0, TicketSequence })
      assert.equal(result.meta.TransactionResult, 'tesSUCCESS')
    }
  })

  it('is told by name what the sandbox ledger cannot do', async () => {
    await assert.rejects(client.request({ command: 'book_offers' }), /does not support book_offers/)
    const owner = await funded()
    const offer = { TransactionType: 'OfferCreate', TakerPays: '1', TakerGets: usd('1') }
    await assert.rejects(sends(owner, offer), /temDISABLED: .*OfferCreate/)
  })
})
