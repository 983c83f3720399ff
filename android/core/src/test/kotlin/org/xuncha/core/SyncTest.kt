// Enrolling and syncing from Kotlin against a real hub: cancelled from either side, watched by an observer that fails, and
// called from many threads meanwhile.
package org.xuncha.core

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

class SyncTest {
    @get:Rule
    val folder = TemporaryFolder()

    private lateinit var hub: Hub
    private lateinit var road: Road
    private lateinit var book: FieldBook

    @Before
    fun enrolled() {
        hub = Hub(folder.root.resolve("hub"))
        road = hub.road()
        book = openBook(folder.root.resolve("data").path, FolderVault(folder.root.resolve("vault").path))
        runBlocking {
            val enrolled = book.enrol(hub.card(Hub.VOLUNTEER, road), Platform.ANDROID, "测试手机")
            assertEquals(Hub.VOLUNTEER, enrolled?.memberName)
            assertNull(book.sync(null).stuck)
        }
    }

    @After
    fun closed() {
        book.close()
        road.close()
        hub.close()
    }

    /** One inspection, saved. */
    private fun inspect(): RecordId {
        val draft = book.start(book.home().venues.first().venue)
        val item = book.draft(draft).current!!
        book.answer(draft, ItemAnswer(item, Answer.Choice("no", null), null))
        return book.finish(draft).record
    }

    @Test
    fun `a record is saved, sent and received, and its receipt has a number`() =
        runBlocking {
            val record = inspect()
            assertEquals(RecordShown.WAITING, book.record(record).line.state.state)
            val events = ArrayList<SyncEvent>()
            val observer =
                object : SyncObserver {
                    override fun onEvent(event: SyncEvent) {
                        events += event
                    }
                }
            val report = book.sync(observer)
            assertEquals(1uL, report.moved.recordsReceived)
            val page = book.record(record)
            assertEquals(RecordShown.RECEIVED, page.line.state.state)
            assertTrue(events.any { it is SyncEvent.RecordReceived && it.receipt == page.receiptNumber })
            assertTrue(page.line.state.text, page.line.state.text.endsWith(page.receiptNumber!!))
        }

    @Test
    fun `an observer that throws harms nothing`() =
        runBlocking {
            inspect()
            val observer =
                object : SyncObserver {
                    override fun onEvent(event: SyncEvent): Unit = error("a bug in the shell at $event")
                }
            assertEquals(1uL, book.sync(observer).moved.recordsReceived)
        }

    @Test
    fun `a sync cancelled by its coroutine stops at once and the next one goes on`() =
        runBlocking {
            val record = inspect()
            road.stalled = true
            val job = launch(Dispatchers.IO) { book.sync(null) }
            awaitSending(record)
            withTimeout(2_000) { job.cancelAndJoin() }
            assertTrue(job.isCancelled)
            assertEquals(RecordShown.WAITING, book.record(record).line.state.state)
            road.stalled = false
            assertEquals(1uL, book.sync(null).moved.recordsReceived)
        }

    @Test
    fun `cancelSync ends a sync with its own code`() =
        runBlocking {
            val record = inspect()
            road.stalled = true
            val sync = async(Dispatchers.IO, CoroutineStart.DEFAULT) { runCatching { book.sync(null) } }
            awaitSending(record)
            assertEquals(FieldErrorCode.ALREADY_SYNCING, codeOf { runBlocking { book.sync(null) } })
            book.cancelSync()
            val failure = withTimeout(2_000) { sync.await() }.exceptionOrNull() as BookException.Failed
            assertEquals(FieldErrorCode.CANCELLED, failure.code)
            road.stalled = false
            assertEquals(1uL, book.sync(null).moved.recordsReceived)
        }

    private suspend fun awaitSending(record: RecordId) =
        withTimeout(10_000) {
            while (book.record(record).line.state.state != RecordShown.SENDING) delay(10)
        }

    @Test
    fun `calls from many threads and a sync go on side by side`() {
        val venues = book.home().venues.map { it.venue }
        val drafts = venues.map { book.start(it) }
        val threads = Executors.newFixedThreadPool(8)
        val work =
            (0 until 8).map { number ->
                threads.submit {
                    val draft = drafts[number % drafts.size]
                    for (item in book.draft(draft).items.filter { it.choices.isNotEmpty() }) {
                        val choice = item.choices.last { !it.asksMinors }
                        book.answer(draft, ItemAnswer(item.item, Answer.Choice(choice.code, null), null))
                        book.home()
                    }
                }
            }
        runBlocking { repeat(3) { assertNull(book.sync(null).stuck) } }
        work.forEach { it.get(60, TimeUnit.SECONDS) }
        threads.shutdown()
        for (draft in drafts) {
            val page = book.draft(draft)
            assertEquals(page.items.count { it.choices.isNotEmpty() }, page.answered.toInt())
        }
    }

    @Test
    fun `a card of another kind, a used card and a hub out of reach are told apart`() {
        assertEquals(FieldErrorCode.WRONG_CARD, codeOfEnrolling("https://pay.example/1"))
        val used = hub.card(Hub.POLICE)
        val other = openBook(folder.root.resolve("other").path, FolderVault(folder.root.resolve("safe").path))
        other.use { runBlocking { assertNotNull(it.enrol(used, Platform.ANDROID, "警务手机")) } }
        val refusal = failureOfEnrolling(used)
        assertEquals(FieldErrorCode.ENROLMENT_REFUSED, refusal.code)
        assertEquals(ProblemCode.CODE_USED, refusal.problem)
        assertNotEquals("the hub's own reason is told", refusal.code.advice(Locale.ZH_HANS), refusal.advice(Locale.ZH_HANS))
        val card = hub.card(Hub.HEAD)
        hub.close()
        assertEquals(FieldErrorCode.OFFLINE, codeOfEnrolling(card))
        assertEquals(Hub.VOLUNTEER, book.home().memberName)
    }

    private fun codeOfEnrolling(card: String) = failureOfEnrolling(card).code

    private fun failureOfEnrolling(card: String): BookException.Failed =
        runBlocking {
            runCatching { book.enrol(card, Platform.ANDROID, "手机") }.exceptionOrNull() as BookException.Failed
        }

    @Test
    fun `a card's picture enrols, and a typed code does`() =
        runBlocking {
            val picture = folder.newFile("card.png").apply { writeBytes(pictureOf(hub.card(Hub.HEAD))) }
            val enrolled = book.enrol(cardInPhoto(picture.path), Platform.ANDROID, "站长手机")
            assertEquals(Hub.HEAD, enrolled?.memberName)
            assertTrue(book.home().isHead)
            val card = hub.card(Hub.POLICE)
            val code = card.substringAfter("code=")
            val typed = typedCard(card.substringAfter("hub=").substringBefore('&'), code.chunked(3).joinToString(" "))
            assertEquals(Hub.POLICE, book.enrol(typed, Platform.ANDROID, "警务手机")?.memberName)
            assertTrue(book.home().mayCheckIn)
        }
}
