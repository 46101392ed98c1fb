// The same three routes on Fastify.
'use strict'
const fastify = require('fastify')()
const answers = require('./answers')

fastify.addHook('onRequest', async (request, reply) => {
  if (request.url.startsWith('/api/') && !answers.isKnown(request.headers)) return reply.code(403).send(answers.refusal)
})
fastify.get('/api/v1/platform/ping', async () => answers.ping())
fastify.post('/api/v1/platform/payload', async (request) => answers.create(request.body))
fastify.get('/api/v1/platform/payload/:uuid', async (request, reply) => {
  const found = answers.get(request.params.uuid)
  return found ?? reply.code(404).send({ error: { code: 404, reference: '' } })
})
fastify.listen({ port: answers.port, host: '127.0.0.1' })
