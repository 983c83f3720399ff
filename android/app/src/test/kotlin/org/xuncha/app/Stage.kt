package org.xuncha.app

import android.content.Context
import android.graphics.Bitmap
import android.graphics.Canvas
import android.os.Bundle
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.TextView
import org.junit.rules.ExternalResource
import org.junit.rules.TemporaryFolder
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.xuncha.app.platform.KeystoreVault
import org.xuncha.core.FieldBook
import java.io.File
import java.time.Duration
import java.util.concurrent.TimeUnit

/**
 * A phone on the test's bench: the real app over the real core, and a real hub. It is used by taps and looked at
 * like a person would; [kill] is the death of the process at any moment.
 */
class Stage : ExternalResource() {
    private val temp = TemporaryFolder()
    private var controller: ActivityController<MainActivity>? = null
    private var hubOrNone: TestHub? = null

    val clock = TestClock()
    val keys = MemoryStore()
    lateinit var folder: File

    val app: App get() = RuntimeEnvironment.getApplication() as App
    val activity: MainActivity get() = checkNotNull(controller).get()
    val book: FieldBook get() = app.phone.book()

    /** The hub, started when a test first asks for it. */
    val hub: TestHub get() = hubOrNone ?: TestHub(File(temp.root, "station")).also { hubOrNone = it }

    override fun before() {
        temp.create()
        folder = File(temp.root, "book")
        app.begin(newPhone())
    }

    override fun after() {
        controller?.close()
        app.phone.close()
        hubOrNone?.close()
        temp.delete()
    }

    private fun newPhone() = Phone(app, KeystoreVault(keys), folder, clock)

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

    /** The process dies, and the user comes back: to where they were if the system kept the state, else anew. */
    fun kill(keepsState: Boolean = true) {
        val state = Bundle()
        controller?.apply {
            pause()
            if (keepsState) saveInstanceState(state)
            stop()
            destroy()
        }
        controller = null
        app.phone.close()
        app.begin(newPhone())
        open(state.takeIf { keepsState })
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

    fun sync() = kotlinx.coroutines.runBlocking { book.sync(null) }

    /** Waits until uploads and other work are over and drawn. */
    fun settle() {
        val until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60)
        do {
            shadowOf(android.os.Looper.getMainLooper()).idle()
            if (!app.phone.uploads.isRunning && !activity.isWorking) break
            Thread.sleep(5)
        } while (System.nanoTime() < until)
        shadowOf(android.os.Looper.getMainLooper()).idle()
    }

    /** Lets time pass for the screen, as while a position is read. */
    fun idle(seconds: Long) {
        shadowOf(android.os.Looper.getMainLooper()).idleFor(Duration.ofSeconds(seconds))
        settle()
    }

    /** Taps what shows these words, wherever it is on the page. */
    fun tap(words: String): Stage {
        val view = checkNotNull(clickables().find { it.label() == words } ?: clickables().find { words in it.label() }) {
            "nothing to tap says “$words”; there is: ${clickables().map { it.label() }}"
        }
        check(view.isEnabled) { "“$words” cannot be tapped now" }
        view.performClick()
        settle()
        return this
    }

    /** Writes into the field under this label. */
    fun write(label: String, words: String): Stage {
        val field = all().filterIsInstance<EditText>().first { field -> all().filterIsInstance<TextView>().any { it.labelFor == field.id && label in it.text } }
        field.setText(words)
        settle()
        return this
    }

    /** Everything that can be read on the page. */
    fun text(): String = all().filterIsInstance<TextView>().filter { it.isShown }.joinToString("\n") { it.text }

    fun sees(words: String) = check(words in text()) { "“$words” is not on the page:\n${text()}" }

    fun seesNot(words: String) = check(words !in text()) { "“$words” is on the page:\n${text()}" }

    fun all(): List<View> = everyView(activity.window.decorView)

    fun clickables(): List<View> = all().filter { it.isClickable && it.isShown }

    /** The page as the user sees it. */
    fun picture(): Bitmap {
        val decor = activity.window.decorView
        val bitmap = Bitmap.createBitmap(decor.width, decor.height, Bitmap.Config.ARGB_8888)
        decor.draw(Canvas(bitmap))
        return bitmap
    }

    fun context(): Context = app
}

fun everyView(view: View): List<View> =
    listOf(view) + if (view is ViewGroup) (0 until view.childCount).flatMap { everyView(view.getChildAt(it)) } else emptyList()

/** What a screen reader says for something that can be tapped: its own words, or those in it. */
fun View.label(): String =
    contentDescription?.toString()
        ?: (this as? TextView)?.text?.toString()
        ?: everyView(this).drop(1).filterIsInstance<TextView>().joinToString(" ") { it.text }
