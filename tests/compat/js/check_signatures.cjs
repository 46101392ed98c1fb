// Says whether xrpl.js takes signatures for what they claim to be. Input: a JSON list of what wallets handed in.
//
// Each has `signed_blob` and `signpubkey`; of several signers `multisigned` names who signed; of a channel's claim
// `claim` has its `Channel` and `Amount`, and the blob is the signature alone.

const { readFileSync } = require('node:fs')
const xrpl = require('xrpl')

function isRight ({ signed_blob: blob, signpubkey: key, multisigned, claim }) {
  if (claim) return xrpl.verifyPaymentChannelClaim(claim.Channel, xrpl.dropsToXrp(claim.Amount), blob, key)
  if (!multisigned) return xrpl.verifySignature(blob)
  // Its judge of blobs knows single signatures only: here is what it would do for one of several.
  const signed = xrpl.decode(blob)
  const own = signed.Signers.find(({ Signer }) => Signer.Account === multisigned).Signer
  const message = xrpl.encodeForMultiSigning(signed, multisigned)
  return own.SigningPubKey === key && xrpl.verifyKeypairSignature(message, own.TxnSignature, key)
}

const handedIn = JSON.parse(readFileSync(0, 'utf8'))
const wrong = handedIn.filter((one) => {
  try {
    return !isRight(one)
  } catch (problem) {
    console.error(problem)
    return true
  }
})
for (const one of wrong) console.error('not right:', JSON.stringify(one))
console.log(`${handedIn.length - wrong.length} of ${handedIn.length} are right`)
process.exitCode = wrong.length === 0 ? 0 : 1
