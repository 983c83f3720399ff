package org.xuncha.app

import java.io.File
import java.net.HttpURLConnection
import java.net.URI
import java.time.Instant
import java.util.concurrent.TimeUnit

/** A real hub, the process `xuncha hub run`, with a station in it, in a folder of its own. */
class TestHub(private val folder: File) : AutoCloseable {
    private val data = File(folder, "hub")
    private val clockFile = File(folder, "clock")
    private val portFile = File(folder, "port")
    private var process: Process? = null
    private val headToken by lazy { enrolByApi(HEAD) }

    /** The address it is at, also while it is stopped. */
    var url = ""
        private set

    init {
        folder.mkdirs()
        setTime(TestClock.START)
        File(folder, "stations.csv").writeText("name,sub_bureau\n柳岸工作站,东城分局\n")
        File(folder, "members.csv").writeText(MEMBERS)
        File(folder, "venues.csv").writeText(VENUES)
        File(folder, "schools.csv").writeText(SCHOOLS)
        val files = listOf("stations", "members", "venues", "schools").flatMap { listOf("--$it", File(folder, "$it.csv").path) }
        xuncha("import", "--data", data.path, *files.toTypedArray())
        start()
    }

    fun start(port: Int = 0) {
        portFile.delete()
        val command = listOf(
            BINARY,
            "hub",
            "run",
            "--data",
            data.path,
            "--clock-file",
            clockFile.path,
            "--listen",
            "127.0.0.1:$port",
            "--port-file",
            portFile.path,
        )
        process = ProcessBuilder(command).redirectErrorStream(true).redirectOutput(File(folder, "hub.log")).start()
        val until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30)
        while (!portFile.exists() || !portFile.readText().endsWith("\n")) {
            check(process!!.isAlive && System.nanoTime() < until) { "the hub did not start: " + File(folder, "hub.log").readText() }
            Thread.sleep(5)
        }
        url = "http://127.0.0.1:${portFile.readText().trim()}"
    }

    fun stop() {
        process?.destroyForcibly()?.waitFor()
        process = null
    }

    /** It answers nothing until it thaws; what was sent meanwhile reaches it then. */
    fun freeze() = signal("STOP")

    fun thaw() = signal("CONT")

    private fun signal(name: String) {
        check(ProcessBuilder("kill", "-$name", process!!.pid().toString()).start().waitFor() == 0)
    }

    /** Starts it again where it was. */
    fun startAgain() = start(URI(url).port)

    fun setTime(millis: Long) {
        val draft = File(folder, "clock.new")
        draft.writeText(Instant.ofEpochMilli(millis).toString())
        check(draft.renameTo(clockFile))
    }

    /** The text in the QR of a member's card. */
    fun card(member: String): String = field(enrolCode(member), "link")

    /** The ten digits of a member's card. */
    fun code(member: String): String = field(enrolCode(member), "code")

    private fun enrolCode(member: String): String =
        xuncha("hub", "enrol-code", "--data", data.path, "--clock-file", clockFile.path, "--member", member, "--hub", url, "--json")

    /** The head approves a record, or returns it with a reason. */
    fun review(record: String, returnedBecause: String? = null) {
        val body = if (returnedBecause == null) {
            """{"record":"$record","decision":"approved"}"""
        } else {
            """{"record":"$record","decision":"returned","reason":"$returnedBecause"}"""
        }
        post("/api/v1/reviews", body, headToken)
    }

    /** The head revokes a device. */
    fun revoke(device: String) = post("/api/v1/devices/$device/revoke", "{}", headToken)

    /** Takes a phone's file as at the desk; the answer to it. */
    fun takeFile(content: ByteArray): ByteArray {
        val (file, answer) = File(folder, "out.xuncha") to File(folder, "answer.xuncha")
        file.writeBytes(content)
        val at = arrayOf("--data", data.path, "--clock-file", clockFile.path)
        xuncha("import-bundle", file.path, "--out", answer.path, *at)
        return answer.readBytes()
    }

    /** Ids of the records it has. */
    fun records(): List<String> =
        Regex("\"record\":\\s*\"([0-9a-f-]{36})\"").findAll(get("/api/v1/coverage?month=2026-11", headToken)).map {
            it.groupValues[1]
        }.toList()

    private fun enrolByApi(member: String): String {
        val body = """{"code":"${code(member)}","key":"$HEAD_KEY","platform":"cli","label":"站长"}"""
        return field(post("/api/v1/enrol", body, null), "token")
    }

    private fun post(path: String, body: String, token: String?): String = ask(path, token) {
        doOutput = true
        setRequestProperty("Content-Type", "application/json")
        outputStream.use { it.write(body.toByteArray()) }
    }

    private fun get(path: String, token: String?): String = ask(path, token) {}

    private fun ask(path: String, token: String?, how: HttpURLConnection.() -> Unit): String {
        val connection = URI(url + path).toURL().openConnection() as HttpURLConnection
        if (token != null) connection.setRequestProperty("Authorization", "Bearer $token")
        connection.how()
        check(connection.responseCode < 300) { "$path: ${connection.responseCode} ${connection.errorStream?.bufferedReader()?.readText()}" }
        return connection.inputStream.bufferedReader().readText()
    }

    override fun close() = stop()

    companion object {
        const val HEAD = "陈若水"
        const val VOLUNTEER = "李明远"
        const val SECOND = "王桂芳"
        const val POLICE = "周平"

        private val BINARY = checkNotNull(System.getenv("XUNCHA_BIN")) {
            "XUNCHA_BIN names the binary xuncha: run `cargo xtask test android`"
        }

        /** The public key of RFC 8037, appendix A.2: the key of a phone that signs nothing here. */
        private const val HEAD_KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

        private val MEMBERS = """
            name,station,role
            $HEAD,柳岸工作站,head
            $VOLUNTEER,柳岸工作站,volunteer
            $SECOND,柳岸工作站,volunteer
            赵德海,柳岸工作站,volunteer
            $POLICE,柳岸工作站,police
        """.trimIndent() + "\n"
        private val VENUES = """
            name,station,kind,address,latitude,longitude,datum,opened_on,placard
            蓝鲸网吧,柳岸工作站,internet_cafe,柳岸路 18 号二楼,32.0603,118.7969,wgs84,2020-01-01,LJ-2026-018
            星河游戏厅,柳岸工作站,game_arcade,太平巷 6 号,32.0588,118.8012,wgs84,2020-01-01,
            远航网络会所,柳岸工作站,internet_cafe,中山东路 201 号地下一层,32.0655,118.8101,wgs84,2020-01-01,
            老地方网吧,柳岸工作站,internet_cafe,水西门大街 77 号,32.0521,118.7702,wgs84,2020-01-01,
        """.trimIndent() + "\n"
        private val SCHOOLS = """
            name,station,level,gates,datum
            柳岸小学,柳岸工作站,primary,32.0611 118.7975,wgs84
            第三中学,柳岸工作站,senior,32.0640 118.8030,wgs84
        """.trimIndent() + "\n"

        private fun field(json: String, name: String): String =
            checkNotNull(Regex("\"$name\":\\s*\"([^\"]*)\"").find(json)) { json }.groupValues[1]

        private fun xuncha(vararg words: String): String {
            val process = ProcessBuilder(listOf(BINARY, *words)).redirectErrorStream(false).start()
            val out = process.inputStream.bufferedReader().readText()
            val err = process.errorStream.bufferedReader().readText()
            check(process.waitFor() == 0) { "xuncha ${words.joinToString(" ")}: $out $err" }
            return out
        }
    }
}
