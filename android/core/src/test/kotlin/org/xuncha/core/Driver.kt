// The phones of a story in Kotlin: does what tests/scenarios/README.md describes, one line of JSON a deed.
package org.xuncha.core

import com.google.gson.Gson
import com.google.gson.GsonBuilder
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import kotlinx.coroutines.runBlocking
import java.io.PrintStream
import kotlin.system.measureNanoTime

fun main() {
    val gson: Gson = GsonBuilder().serializeNulls().create()
    val out = PrintStream(System.out, true, Charsets.UTF_8)
    val phones = HashMap<String, StoryPhone>()
    System.`in`.bufferedReader(Charsets.UTF_8).forEachLine { line ->
        val order = JsonParser.parseString(line).asJsonObject
        val phone = phones.getOrPut(order.text("phone")) { StoryPhone() }
        val outcome =
            try {
                mapOf("ok" to phone.perform(order))
            } catch (refusal: BookException.Failed) {
                mapOf("refused" to mapOf("code" to refusal.code.text(), "detail" to refusal.detail))
            }
        out.println(gson.toJson(outcome + ("drawn" to phone.drawn)))
    }
}

/** A phone: its clock, its random numbers and, while it is on, its book. */
private class StoryPhone {
    private val clock = StoryClock()
    private var entropy: StoryEntropy? = null
    private var book: FieldBook? = null

    val drawn: Long get() = entropy?.drawn ?: 0

    fun perform(order: JsonObject): Map<String, Any?> {
        clock.now = order.long("now")
        clock.uptime = order.long("uptime")
        return when (val deed = order.text("do")) {
            "open" -> {
                val played = StoryEntropy(order.long("seed"), order.long("drawn"))
                entropy = played
                book = openBook(order.text("data"), FolderVault(order.text("vault")), clock, played)
                done
            }
            "close" -> {
                book?.close()
                book = null
                done
            }
            else -> act(book ?: error("the phone is off"), deed, order)
        }
    }

    private fun act(book: FieldBook, deed: String, order: JsonObject): Map<String, Any?> =
        when (deed) {
            "enrol" -> {
                runBlocking { book.enrol(order.text("card"), Platform.CLI, order.text("label")) }
                done
            }
            "start" -> {
                val companions = order.getAsJsonArray("with").map { it.asString }
                mapOf("draft" to book.start(order.text("venue"), companions, order.fix(clock)))
            }
            "correct" -> mapOf("draft" to book.correct(order.text("record")))
            "answer" -> {
                book.answer(order.text("draft"), order.answer())
                done
            }
            "photo" -> {
                book.addPhoto(order.text("draft"), order.text("file"), order.textOrNull("item"))
                done
            }
            "finish" -> mapOf("record" to book.finish(order.text("draft")).record)
            "check_in" -> {
                val saved = book.checkIn(order.text("venue"), order.fix(clock), null, order.textOrNull("note"))
                mapOf("record" to saved.record)
            }
            "sync" -> ended(runBlocking { book.sync(null) })
            "hand_over" -> {
                runBlocking { book.handOver(order.text("file")) }
                done
            }
            "take_answer" -> ended(runBlocking { book.takeAnswer(order.text("file")) }.report)
            "report" -> {
                val line = book.report(Program(order.text("version"), order.text("system")))
                mapOf("report" to line.state.code)
            }
            "look_at" -> runBlocking { lookAt(book, order.text("record")) }
            else -> look(book, deed, order)
        }

    private suspend fun lookAt(book: FieldBook, record: String): Map<String, Any?> {
        val page = book.recordToReview(record)
        val photos = page.photos.filter { it.canBeSeen }.count { book.photoToReview(record, it.id).isNotEmpty() }
        return mapOf(
            "waits" to page.waits,
            "answers" to page.content?.answers.orEmpty().associate { it.item to it.answer },
            "findings" to page.line.findings.associate { it.item to it.severity.code },
            "photos" to photos,
        )
    }

    private fun look(book: FieldBook, deed: String, order: JsonObject): Map<String, Any?> =
        when (deed) {
            "record" -> {
                val page = book.record(order.text("record"))
                mapOf(
                    "state" to page.line.state.state.code,
                    "text" to page.line.state.text,
                    "findings" to page.content?.findings?.associate { it.item to it.severity.code },
                    "grade" to page.content?.evidence?.grade?.code,
                )
            }
            "draft" -> {
                val page = book.draft(order.text("draft"))
                mapOf("item" to page.current, "answered" to page.items.mapNotNull(::answered).toMap())
            }
            "outbox" -> {
                val page = book.outbox()
                mapOf("records_waiting" to page.recordsWaiting.toLong(), "photos_waiting" to page.photosWaiting.toLong())
            }
            "status" -> {
                val status = book.status()
                mapOf("device" to status.enrolled?.device, "notices" to status.notices.map { it.code.code })
            }
            "settings" -> mapOf("report" to book.settings().report?.state?.code)
            "coverage" -> mapOf("venues" to book.coverage(order.text("month")).lines.associate(::venue))
            "time" -> {
                val month = order.text("month")
                val took = LongArray(order.long("times").toInt()) { measureNanoTime { book.coverage(month) } }
                mapOf("median" to took.sorted()[took.size / 2])
            }
            else -> error("no such deed: $deed")
        }
}

private val done = emptyMap<String, Any?>()

/** How a sync, or the taking of an answer, ended. */
private fun ended(report: SyncReport): Map<String, Any?> =
    mapOf("alerts" to report.alerts.map { it.code() }, "stuck" to report.stuck?.text())

/** A value of an enum as it travels. */
private val Enum<*>.code: String get() = name.lowercase()

private fun answered(item: DraftItem): Pair<String, String>? =
    when (val answer = item.answer?.answer) {
        is Answer.Choice -> item.item to answer.choice
        is Answer.Text -> item.item to answer.text
        is Answer.NotLooked, null -> null
    }

private fun venue(line: CoverageLine): Pair<String, Map<String, Any?>> =
    line.venue.venue to
        mapOf(
            "state" to line.venue.state.code,
            "counted" to line.venue.counted.toLong(),
            "required" to line.venue.required.toInt(),
            "last_day" to line.venue.lastDay,
        )

private fun JsonObject.text(name: String): String = get(name).asString

private fun JsonObject.long(name: String): Long = get(name).asLong

private fun JsonObject.orNull(name: String): JsonElement? = get(name)?.takeUnless { it.isJsonNull }

private fun JsonObject.textOrNull(name: String): String? = orNull(name)?.asString

private fun JsonObject.fix(clock: Clock): Fix? {
    val fix = orNull("fix")?.asJsonObject ?: return null
    val raw = fix.getAsJsonObject("raw")
    val datum = Datum.valueOf(raw.text("datum").uppercase())
    return Fix(
        raw = RawPosition(datum, raw.get("lat").asDouble, raw.get("lon").asDouble),
        accuracy = fix.get("accuracy").asDouble,
        provider = Provider.valueOf(fix.text("provider").uppercase()),
        takenAt = clock.now(),
        mock = fix.get("mock").asBoolean,
    )
}

private fun JsonObject.answer(): ItemAnswer {
    val given = getAsJsonObject("answer")
    val answer =
        when (val kind = given.text("kind")) {
            "choice" -> Answer.Choice(given.text("choice"), given.orNull("minors")?.asJsonObject?.minors())
            "text" -> Answer.Text(given.text("text"))
            "not_looked" -> Answer.NotLooked
            else -> error("no such answer: $kind")
        }
    return ItemAnswer(text("item"), answer, null)
}

private fun JsonObject.minors() =
    MinorsSeen(
        count = get("count").asInt.toUShort(),
        bands = orNull("bands")?.asJsonArray?.map { AgeBand.valueOf(it.asString.uppercase()) }.orEmpty(),
        dissuaded = get("dissuaded").asBoolean,
        inDanger = get("in_danger").asBoolean,
    )
