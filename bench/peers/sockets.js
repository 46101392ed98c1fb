// WebSockets by `ws`, compression off: each is greeted, kept in a set, and told every 15 s how much time is left.
'use strict'
const { WebSocketServer } = require('ws')

const server = new WebSocketServer({ port: Number(process.env.PORT), host: '127.0.0.1', perMessageDeflate: false })
const open = new Set()
server.on('connection', (socket, request) => {
  open.add(socket)
  socket.on('message', () => socket.send('{"message":"Right back at you!"}'))
  socket.on('close', () => open.delete(socket))
  socket.send(`{"message":"Welcome ${request.url.slice(6)}"}`)
})
setInterval(() => open.forEach((socket) => socket.send('{"expires_in_seconds":600}')), 15000)
