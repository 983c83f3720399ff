package org.xuncha.app

import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress

/** Something that answers at a hub's address and says the same to everything. */
class FakeHub(port: Int, status: Int, type: String, answer: String) : AutoCloseable {
    private val server = HttpServer.create(InetSocketAddress("127.0.0.1", port), 0).apply {
        createContext("/") { exchange ->
            exchange.requestBody.readAllBytes()
            val body = answer.toByteArray()
            exchange.responseHeaders.add("Content-Type", type)
            exchange.sendResponseHeaders(status, body.size.toLong())
            exchange.responseBody.use { it.write(body) }
        }
        start()
    }

    override fun close() = server.stop(0)
}
