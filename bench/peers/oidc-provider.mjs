// node-oidc-provider with its own in-memory adapter (nothing is durable) and an RSA-2048 key. Who signs in is taken at
// its word: the login page answers by itself. `resource` asks for an access token that is a JWT.
import { createServer } from 'node:http'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import Provider from 'oidc-provider'

const port = Number(process.env.PORT)
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: process.env.BENCH_API_KEY,
    redirect_uris: [process.env.BENCH_REDIRECT_URI],
    application_type: 'native',
    token_endpoint_auth_method: 'none'
  }],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (context, resource) => ({
        scope: '', audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } }
      })
    }
  }
})

async function signIn (request, response) {
  const { params } = await provider.interactionDetails(request, response)
  const accountId = 'rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY'
  const grant = new provider.Grant({ accountId, clientId: params.client_id })
  grant.addOIDCScope(params.scope)
  await provider.interactionFinished(request, response, {
    login: { accountId }, consent: { grantId: await grant.save() }
  })
}

const others = provider.callback()
createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return others(request, response)
  signIn(request, response).catch((problem) => {
    console.error(problem)
    response.writeHead(500, { 'content-length': 0 }).end()
  })
}).listen(port, '127.0.0.1')
