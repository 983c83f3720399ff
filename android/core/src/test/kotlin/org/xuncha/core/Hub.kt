// A real hub: the process `xuncha hub run` on a folder of its own, with a small station; and a road to it that can stall.
package org.xuncha.core

import com.google.gson.JsonParser
import java.io.Closeable
import java.io.File
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

class Hub(private val folder: File) : Closeable {
    private val process: Process
    private val port: Int

    init {
        folder.mkdirs()
        val files =
            STATION.flatMap { (name, text) ->
                val file = File(folder, "$name.csv")
                file.writeText(text)
                listOf("--$name", file.path)
            }
        xuncha("import", *files.toTypedArray())
        val ports = File(folder, "port")
        val command = command("hub", "run", "--listen", "127.0.0.1:0", "--port-file", ports.path)
        process =
            ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(File(folder, "log"))
                .start()
        val deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30)
        while (!(ports.isFile && ports.readText().endsWith("\n"))) {
            check(process.isAlive && System.nanoTime() < deadline) { File(folder, "log").readText() }
            Thread.sleep(20)
        }
        port = ports.readText().trim().toInt()
    }

    /** A card for a member, leading to the hub itself or over a road. */
    fun card(
        member: String,
        road: Road? = null,
    ): EnrolLink {
        val url = "http://127.0.0.1:${road?.port ?: port}"
        val card = JsonParser.parseString(xuncha("hub", "enrol-code", "--member", member, "--hub", url, "--json"))
        return card.asJsonObject.get("link").asString
    }

    fun road() = Road(port)

    override fun close() {
        process.destroyForcibly().waitFor()
    }

    private fun command(vararg arguments: String) = listOf(BINARY) + arguments + listOf("--data", folder.path)

    private fun xuncha(vararg arguments: String): String {
        val said = File(folder, "said")
        val run = ProcessBuilder(command(*arguments)).redirectError(said).start()
        val printed = run.inputStream.bufferedReader().readText()
        check(run.waitFor() == 0) { said.readText() }
        return printed
    }

    companion object {
        const val VOLUNTEER = "李明远"
        const val POLICE = "赵一帆"
        const val HEAD = "陈若水"

        private val BINARY = System.getenv("XUNCHA_BIN") ?: error("XUNCHA_BIN names the binary: cargo xtask test kotlin")
        private val STATION =
            mapOf(
                "stations" to "name,sub_bureau\n柳岸工作站,东城分局\n",
                "members" to
                    "name,station,role\n$HEAD,柳岸工作站,head\n$VOLUNTEER,柳岸工作站,volunteer\n$POLICE,柳岸工作站,police\n",
                "venues" to
                    "name,station,kind,latitude,longitude,datum,opened_on\n" +
                    "蓝鲸网吧,柳岸工作站,internet_cafe,32.0603,118.7969,wgs84,2020-01-01\n" +
                    "星河游戏厅,柳岸工作站,game_arcade,32.0588,118.8012,wgs84,2020-01-01\n",
            )
    }
}

/** Carries bytes to a hub and back until it stalls: then it takes them and carries nothing. */
class Road(private val to: Int) : Closeable {
    private val door = ServerSocket(0, 50, InetAddress.getLoopbackAddress())

    val port: Int get() = door.localPort

    @Volatile
    var stalled = false

    init {
        thread(isDaemon = true) {
            runCatching { while (true) serve(door.accept()) }
        }
    }

    private fun serve(phone: Socket) {
        val hub = Socket(InetAddress.getLoopbackAddress(), to)
        carry(phone, hub)
        carry(hub, phone)
    }

    private fun carry(
        from: Socket,
        to: Socket,
    ) = thread(isDaemon = true) {
        runCatching {
            val piece = ByteArray(16 * 1024)
            while (true) {
                val length = from.getInputStream().read(piece)
                if (length < 0) break
                if (!stalled) to.getOutputStream().write(piece, 0, length)
            }
        }
        from.close()
        to.close()
    }

    override fun close() = door.close()
}
