package org.xuncha.app

import android.app.Activity
import android.content.pm.PackageManager
import android.graphics.Bitmap
import android.graphics.Canvas
import android.location.LocationManager
import android.net.Uri
import android.os.Bundle
import android.provider.MediaStore
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.ScrollView
import android.widget.TextView
import org.junit.rules.ExternalResource
import org.junit.rules.TemporaryFolder
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.shadows.ShadowTextToSpeech
import org.xuncha.app.platform.KeystoreVault
import org.xuncha.app.ui.Page
import org.xuncha.core.Answer
import org.xuncha.core.FieldBook
import org.xuncha.core.ItemAnswer
import org.xuncha.core.MinorsSeen
import org.xuncha.core.Tone
import java.io.File
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutorService
import java.util.concurrent.TimeUnit

/**
 * A phone on the test's bench: the real app over the real core, and a real hub. It is used by taps and looked at
 * like a person would; [kill] is the death of the process at any moment.
 */
class Stage : ExternalResource() {
    private val temp = TemporaryFolder()
    private var controller: ActivityController<MainActivity>? = null
    private var hubOrNone: TestHub? = null

    private var heldWork: CountDownLatch? = null

    /** Whether a test goes on only once uploads are over: not while its hub is frozen. */
    var awaitsUploads = true

    /** Whether a test goes on only once work is over: not while another app says nothing. */
    var awaitsWork = true

    val clock = TestClock()
    val keys = MemoryStore()
    lateinit var folder: File

    val app: App get() = RuntimeEnvironment.getApplication() as App
    val activity: MainActivity get() = checkNotNull(controller).get()
    val book: FieldBook get() = app.phone.book()

    /** The hub, started when a test first asks for it. */
    val hub: TestHub get() = hubOrNone ?: TestHub(File(temp.root, "station")).also { hubOrNone = it }

    /** A phone whose book lies in this folder. */
    fun phoneIn(folder: File) {
        app.phone.close()
        this.folder = File(folder, "book")
        app.begin(newPhone())
    }

    /** Lets go of the phone's files. */
    fun leavePhone() {
        controller?.close()
        controller = null
        app.phone.close()
    }

    /** A file for whatever a test needs. */
    fun file(name: String): File = File(temp.root, name)

    override fun before() {
        temp.create()
        folder = File(temp.root, "book")
        app.begin(newPhone())
    }

    override fun after() {
        heldWork?.countDown()
        controller?.close()
        app.phone.close()
        hubOrNone?.close()
        temp.delete()
    }

    /** The phone as after the death of a process. */
    fun newPhone() = Phone(app, KeystoreVault(app, keys), folder, clock)

    /** Another person's phone, new out of the box. */
    fun anotherPhone(name: String) {
        controller?.close()
        controller = null
        app.phone.close()
        folder = File(temp.root, name)
        app.begin(newPhone())
    }

    /** Moves the time of phone and hub. */
    fun pass(millis: Long) {
        clock.millis += millis
        hubOrNone?.setTime(clock.millis)
    }

    /** Opens the app as from the home screen. */
    fun open(state: Bundle? = null, intent: android.content.Intent? = null): Stage {
        controller = Robolectric.buildActivity(MainActivity::class.java, intent).apply {
            create(state)
            start()
            postCreate(state)
            resume()
            visible()
        }
        settle()
        return this
    }

    /** Another app hands something in while ours is open behind it. */
    fun handIn(intent: android.content.Intent): Stage {
        checkNotNull(controller).pause().newIntent(intent).resume()
        settle()
        return this
    }

    /** The process dies, and the user comes back: to where they were if the system kept the state, else anew. */
    fun kill(keepsState: Boolean = true) {
        val state = Bundle()
        controller?.apply {
            pause()
            if (keepsState) saveInstanceState(state)
            stop()
            destroy()
        }
        startAnew(state.takeIf { keepsState })
    }

    /** The process dies while the app is in sight, as from an empty battery: nothing of the screen hears of it. */
    fun killInSight() = startAnew(null)

    private fun startAnew(state: Bundle?) {
        controller = null
        app.phone.close()
        app.begin(newPhone())
        open(state)
    }

    /** The phone is put away, and taken out again after some time. */
    fun putAway(minutes: Long): Stage {
        checkNotNull(controller).pause().stop()
        shadowOf(android.os.Looper.getMainLooper()).idleFor(Duration.ofMinutes(minutes))
        checkNotNull(controller).restart().resume()
        settle()
        return this
    }

    /** Turns the phone, or anything else that makes the system draw the activity anew. */
    fun recreate() {
        checkNotNull(controller).recreate()
        settle()
    }

    /** Enrols the phone by a card, without the screens. */
    fun enrol(member: String, usesPosition: Boolean = false): Stage {
        kotlinx.coroutines.runBlocking {
            book.enrol(hub.card(member), org.xuncha.core.Platform.ANDROID, "测试手机")
            book.sync(null)
        }
        app.phone.choices.usesPosition = usesPosition
        return this
    }

    /** Lets work take its time, as on a slow phone, until [releaseWork]. */
    fun holdWork(): Stage {
        val held = CountDownLatch(1)
        heldWork = held
        val work = suspend {
            try {
                held.await()
            } catch (_: InterruptedException) {
                // The process dies.
            }
        }
        app.phone.work.start("held", work, isWanted = { true }) {}
        return this
    }

    /** The process dies in the middle of what [holdWork] holds, and nothing that was to follow is done. */
    fun killAtWork(keepsState: Boolean = true) {
        val worker = Work::class.java.getDeclaredField("worker").apply { isAccessible = true }.get(app.phone.work)
        (worker as ExecutorService).shutdownNow()
        heldWork = null
        kill(keepsState)
    }

    fun releaseWork(): Stage {
        checkNotNull(heldWork).countDown()
        heldWork = null
        settle()
        return this
    }

    /** Uploads as the app does, and waits for the end of it. */
    fun sync() {
        app.phone.uploads.start()
        settle()
    }

    /** Waits until uploads and other work are over and drawn. */
    fun settle() {
        val until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60)
        do {
            shadowOf(android.os.Looper.getMainLooper()).idle()
            if ((!awaitsUploads || !app.phone.uploads.isRunning) && isWorkDone()) break
            Thread.sleep(5)
        } while (System.nanoTime() < until)
        shadowOf(android.os.Looper.getMainLooper()).idle()
    }

    private fun isWorkDone(): Boolean =
        !app.phone.pictures.isBusy && (heldWork != null || !awaitsWork || !app.phone.work.isBusy)

    /** Waits for what no [settle] waits for. */
    fun awaits(what: String, isThere: () -> Boolean) {
        val until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60)
        while (!isThere()) {
            check(System.nanoTime() < until) { what }
            Thread.sleep(5)
            settle()
        }
    }

    /** Lets time pass for the screen, as while a position is read. */
    fun idle(seconds: Long) {
        shadowOf(android.os.Looper.getMainLooper()).idleFor(Duration.ofSeconds(seconds))
        settle()
    }

    /** Taps what shows these words, wherever it is on the page, once it was read. */
    fun tap(words: String): Stage {
        shadowOf(android.os.Looper.getMainLooper()).idleFor(Duration.ofMillis(READING_MS))
        settle()
        return tapAtOnce(words)
    }

    /** The same in no time, as the second tap of a trembling finger. */
    fun tapAtOnce(words: String): Stage {
        val view = checkNotNull(clickables().find { it.label() == words } ?: clickables().find { words in it.label() }) {
            "nothing to tap says “$words”; there is: ${clickables().map { it.label() }}"
        }
        check(view.isEnabled) { "“$words” cannot be tapped now" }
        view.performClick()
        settle()
        return this
    }

    /** The phone's own way back, by button or by a stroke from the edge. */
    fun back(): Stage {
        @Suppress("DEPRECATION")
        activity.onBackPressed()
        settle()
        return this
    }

    /** Taps the answer in this place, counted from above. */
    fun tapChoice(number: Int): Stage {
        val page = book.draft(draftId())
        val item = page.items.first { it.item == page.current }
        return tap(item.choices[number].label)
    }

    /** Taps the switch in this place, counted from above. */
    fun tapToggle(number: Int): Stage {
        val on = string(R.string.switched_on, "")
        val off = string(R.string.switched_off, "")
        shadowOf(android.os.Looper.getMainLooper()).idleFor(Duration.ofMillis(READING_MS))
        clickables().filter { it.label().endsWith(on) || it.label().endsWith(off) }[number].performClick()
        settle()
        return this
    }

    /** The inspection under way. */
    fun draft(): org.xuncha.core.DraftPage = book.draft(draftId())

    private fun draftId(): String = book.drafts().first().draft

    fun string(id: Int, vararg values: Any): String = activity.getString(id, *values)

    /** Writes into the field under this label. */
    fun write(label: String, words: String): Stage {
        val field = all().filterIsInstance<EditText>().first { field ->
            all().filterIsInstance<TextView>().any {
                it.labelFor == field.id &&
                    label in it.text
            }
        }
        field.setText(words)
        settle()
        return this
    }

    /** Begins an inspection of this venue, as the screens do it. */
    fun begins(venue: String): Stage = tap(venue).tap("开始检查").tap("一个人，开始检查")

    /** Makes an inspection of this venue in which nothing is looked at but the first question. */
    fun inspect(venue: String) {
        begins(venue).tap("没有")
        while ("看小结" !in labels()) tap("下一题")
        tap("看小结").tap("完成")
    }

    /** An inspection of this venue in which nothing was looked at, made and sent without any screen. */
    fun sendInspection(venue: String) {
        val at = book.home().venues.first { it.name == venue }.venue
        book.finish(book.start(at))
        kotlinx.coroutines.runBlocking { book.sync(null) }
    }

    /** One that found the sign missing, with a photo of it. */
    fun sendSignMissing(venue: String) {
        val draft = book.start(book.home().venues.first { it.name == venue }.venue)
        val sign = book.draft(draft).items.first { it.item.endsWith("_sign") }
        val bad = sign.choices.first { it.tone == Tone.BAD }.code
        book.answer(draft, ItemAnswer(sign.item, Answer.Choice(bad, null), "被广告挡住了"))
        book.addPhoto(draft, file("sign.jpg").apply { writeBytes(Pictures.sign()) }.path, sign.item)
        book.finish(draft)
        kotlinx.coroutines.runBlocking { book.sync(null) }
    }

    /** An inspection of this venue that the hub does not take. */
    fun refused(venue: String) {
        val record = book.finish(book.start(book.home().venues.first { it.name == venue }.venue)).record
        val answer = """{"outcome":"refused","id":"$record","code":"conflict","detail":"another record has this id"}"""
        val time = java.time.Instant.ofEpochMilli(clock.now())
        hub.stop()
        FakeHub(java.net.URI(hub.url).port, 200, "application/json", """{"answers":[$answer],"hub_time":"$time"}""").use {
            kotlinx.coroutines.runBlocking { runCatching { book.sync(null) } }
        }
        hub.startAgain()
    }

    /** The words of everything that can be tapped. */
    fun labels(): List<String> = clickables().map { it.label() }

    /** Everything that can be read on the page. */
    fun text(): String = all().filterIsInstance<TextView>().filter { it.isShown }.joinToString("\n") { it.text }

    fun sees(words: String): Stage {
        check(words in text()) { "“$words” is not on the page:\n${text()}" }
        return this
    }

    fun seesNot(words: String) = check(words !in text()) { "“$words” is on the page:\n${text()}" }

    fun all(): List<View> = everyView(activity.window.decorView)

    fun clickables(): List<View> = all().filter { it.isClickable && it.isShown }

    /** What scrolls on the page. */
    val scroll: ScrollView get() = all().filterIsInstance<Page>().single().scroll

    /** The page as the user sees it. */
    fun picture(): Bitmap {
        val decor = activity.window.decorView
        val bitmap = Bitmap.createBitmap(decor.width, decor.height, Bitmap.Config.ARGB_8888)
        decor.draw(Canvas(bitmap))
        return bitmap
    }

    /** The whole page in one picture, as if the screen were as long as the page. */
    fun longPicture(over: (Canvas) -> Unit = {}): Bitmap {
        val page = everyView(activity.window.decorView).filterIsInstance<Page>().single()
        val hidden = page.scroll.getChildAt(0).height - page.scroll.height
        if (hidden > 0) lengthen(hidden)
        return picture().also {
            over(Canvas(it))
            if (hidden > 0) lengthen(-hidden)
        }
    }

    private fun lengthen(by: Int) {
        val decor = activity.window.decorView
        val (width, height) = decor.width to decor.height + by
        decor.measure(
            View.MeasureSpec.makeMeasureSpec(width, View.MeasureSpec.EXACTLY),
            View.MeasureSpec.makeMeasureSpec(height, View.MeasureSpec.EXACTLY),
        )
        decor.layout(0, 0, width, height)
    }

    private companion object {
        /** After this a tap means what it hits. */
        const val READING_MS = 400L
    }
}

/** A child in danger was seen there, and the hub knows it. */
fun FieldBook.sendUrgent(venue: String) {
    val draft = start(home().venues.first { it.name == venue }.venue)
    val item = draft(draft).items.first()
    val danger = MinorsSeen(1u, emptyList(), dissuaded = false, inDanger = true)
    answer(draft, ItemAnswer(item.item, Answer.Choice(item.choices.first { it.asksMinors }.code, danger), null))
    finish(draft)
    kotlinx.coroutines.runBlocking { sync(null) }
}

fun everyView(view: View): List<View> =
    listOf(view) + if (view is ViewGroup) (0 until view.childCount).flatMap { everyView(view.getChildAt(it)) } else emptyList()

/** What a screen reader says for something that can be tapped: its own words, or those in it. */
fun View.label(): String =
    contentDescription?.toString()
        ?: (this as? TextView)?.text?.toString()
        ?: everyView(this).drop(1).filterIsInstance<TextView>().joinToString(" ") { it.text }
