package org.xuncha.app

import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress
import java.util.concurrent.CountDownLatch

/** Something at a hub's address that takes the first question and keeps whoever asked waiting, until it is closed. */
class SlowHub(port: Int) : AutoCloseable {
    private val asked = CountDownLatch(1)
    private val closes = CountDownLatch(1)
    private val server = HttpServer.create(InetSocketAddress("127.0.0.1", port), 0).apply {
        createContext("/") { exchange ->
            asked.countDown()
            closes.await()
            exchange.close()
        }
        start()
    }

    /** Waits until somebody asked. */
    fun awaitQuestion() = asked.await()

    override fun close() {
        closes.countDown()
        server.stop(0)
    }
}
