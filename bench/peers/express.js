// An Express server with three of the platform's routes. It checks the credentials, validates nothing, stores nothing.
'use strict'
const express = require('express')
const answers = require('./answers')

const app = express()
app.use(express.json())
app.use('/api/v1/platform', (request, response, next) => {
  if (answers.isKnown(request.headers)) next()
  else response.status(403).json(answers.refusal)
})
app.get('/api/v1/platform/ping', (request, response) => response.json(answers.ping()))
app.post('/api/v1/platform/payload', (request, response) => response.json(answers.create(request.body)))
app.get('/api/v1/platform/payload/:uuid', (request, response) => {
  const found = answers.get(request.params.uuid)
  if (found === undefined) response.status(404).json({ error: { code: 404, reference: '' } })
  else response.json(found)
})
app.listen(answers.port, '127.0.0.1')
