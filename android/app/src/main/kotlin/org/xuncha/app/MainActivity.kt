package org.xuncha.app

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.content.res.Configuration
import android.os.Bundle
import android.view.inputmethod.InputMethodManager
import org.xuncha.app.platform.Camera
import org.xuncha.app.platform.Files
import org.xuncha.app.platform.Locator
import org.xuncha.app.platform.Speaker
import org.xuncha.app.screens.TroubleScreen
import org.xuncha.app.screens.screenOf
import org.xuncha.app.ui.Kit
import org.xuncha.app.ui.Page
import org.xuncha.core.BookException
import org.xuncha.core.FieldBook
import org.xuncha.core.Fix
import org.xuncha.core.Locale
import org.xuncha.core.WrongLibrary
import java.io.File

/**
 * The one activity: it shows the screen on top of [trail] and does for it what needs the platform.
 *
 * The trail is what is kept over rotation and the death of the process; what was entered is in the core.
 */
class MainActivity : Activity(), Host {
    override lateinit var kit: Kit
        private set
    override val phone: Phone get() = (application as App).phone

    private val trail = ArrayList<Place>()
    private var screen: Screen? = null
    private var page: Page? = null
    private var told: Told? = null
    private val camera = Camera(this)
    private val files = Files(this)
    private val locator by lazy { Locator(applicationContext) }
    private val speaker by lazy { Speaker(applicationContext) }
    private var reading: Locator.Reading? = null
    private var wantsPosition: ((Fix?) -> Unit)? = null
    private val work = Work()
    private val onUploads = { screen?.onUploads() ?: Unit }

    private class Told(val words: CharSequence, val isGood: Boolean)

    override fun attachBaseContext(base: Context) {
        val tag = when ((base.applicationContext as App).phone.locale()) {
            Locale.EN -> "en"
            Locale.ZH_HANS -> "zh-CN"
        }
        val configuration = Configuration().apply { setLocale(java.util.Locale.forLanguageTag(tag)) }
        super.attachBaseContext(base.createConfigurationContext(configuration))
    }

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        kit = Kit(this, phone.choices.textSize)
        camera.restore(state)
        @Suppress("DEPRECATION")
        state?.getParcelableArrayList<Bundle>(TRAIL)?.mapNotNullTo(trail, Place::of)
        state?.getString(TOLD)?.let { told = Told(it, state.getBoolean(TOLD_GOOD)) }
        if (trail.isEmpty()) trail.add(Place(Kind.HOME))
        intent?.takeIf { state == null }?.let(::open)
        show()
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        open(intent)
        show()
    }

    /** A card that the phone's own camera scanned. */
    private fun open(intent: Intent) {
        val card = intent.data?.takeIf { intent.action == Intent.ACTION_VIEW } ?: return
        trail.add(Place(Kind.ENROL, card.toString()))
    }

    override fun onStart() {
        super.onStart()
        phone.uploads.listen(onUploads)
        phone.uploads.start()
    }

    override fun onPause() {
        screen?.onHidden()
        super.onPause()
    }

    override fun onStop() {
        phone.uploads.unlisten(onUploads)
        super.onStop()
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        keepState()
        state.putParcelableArrayList(TRAIL, trail.mapTo(ArrayList(), Place::toBundle))
        told?.let {
            state.putString(TOLD, it.words.toString())
            state.putBoolean(TOLD_GOOD, it.isGood)
        }
        camera.save(state)
    }

    override fun onDestroy() {
        leave()
        work.close()
        speaker.close()
        super.onDestroy()
    }

    @Suppress("OVERRIDE_DEPRECATION")
    override fun onBackPressed() {
        if (screen?.onBack() == true) return
        when {
            trail.size > 1 -> back()
            trail.single().kind in TABS -> begin(Kind.HOME)
            else -> finish()
        }
    }

    private fun keepState() {
        val top = trail.lastOrNull() ?: return
        page?.let { top.state.putInt(SCROLL, it.scroll.scrollY) }
        screen?.save(top.state)
    }

    private fun leave() {
        screen?.onLeave()
        screen = null
        reading?.stop()
        reading = null
        wantsPosition = null
        speaker.stop()
        work.forget()
    }

    /** Shows the place on top. A book that cannot be opened is told on every place. */
    private fun show() {
        leave()
        val place = trail.last()
        screen = try {
            val status = phone.book().status()
            // A card in hand comes first; else an enrolled phone is what everything else needs.
            if (status.enrolled == null && place.kind !in OPEN_TO_ALL) trail[trail.lastIndex] = Place(Kind.ENROL)
            screenOf(trail.last(), this)
        } catch (error: BookException) {
            TroubleScreen(this, place, advice(error))
        } catch (error: WrongLibrary) {
            TroubleScreen(this, place, error.message.orEmpty())
        }
        redraw()
        val scroll = trail.last().state.getInt(SCROLL)
        page?.let { page -> page.post { page.scroll.scrollTo(0, scroll) } }
    }

    override fun redraw() {
        val scroll = page?.scroll?.scrollY ?: 0
        val heard = page?.heardWords()
        val drawn = try {
            screen?.draw() ?: return
        } catch (error: BookException) {
            TroubleScreen(this, trail.last(), advice(error)).draw()
        }
        told?.let { drawn.tell(it.words, it.isGood, ::read) }
        page = drawn
        setContentView(drawn)
        drawn.post {
            if (told == null) drawn.scroll.scrollTo(0, scroll)
            heard?.let(drawn::hear)
        }
    }

    private fun read() {
        told = null
        redraw()
    }

    override fun go(kind: Kind, about: String) {
        keepState()
        told = null
        trail.add(Place(kind, about))
        page = null
        show()
    }

    override fun replace(kind: Kind, about: String) {
        told = null
        trail[trail.lastIndex] = Place(kind, about)
        page = null
        show()
    }

    override fun begin(kind: Kind) {
        told = null
        trail.clear()
        trail.add(Place(kind))
        page = null
        show()
    }

    override fun back() {
        hideKeyboard()
        told = null
        trail.removeAt(trail.lastIndex)
        if (trail.isEmpty()) trail.add(Place(Kind.HOME))
        page = null
        show()
    }

    override fun restart() = recreate()

    override fun tell(words: CharSequence, isGood: Boolean) {
        told = Told(words, isGood)
        redraw()
    }

    private fun advice(error: BookException): String = error.advice(phone.locale())

    override fun <T : Any> trying(work: (FieldBook) -> T): T? =
        try {
            work(phone.book())
        } catch (error: BookException) {
            tell(advice(error))
            null
        }

    /** Whether work of this screen is under way. */
    val isWorking: Boolean get() = work.isBusy

    override fun <T : Any> later(work: suspend (FieldBook) -> T, then: (T?) -> Unit) =
        this.work.start({ work(phone.book()) }) { outcome ->
            outcome.exceptionOrNull()?.let { tell(advice(it as BookException)) }
            then(outcome.getOrNull())
        }

    override fun takePhoto(): Boolean {
        keepState()
        return camera.start().also { if (!it) tell(getString(R.string.no_camera)) }
    }

    @Suppress("OVERRIDE_DEPRECATION")
    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        camera.take(request, result) { screen?.onPhoto(it) }
        files.take(request, result, data) { screen?.onFile(it) }
    }

    override val mayReadPosition: Boolean get() = phone.choices.usesPosition == true && locator.isAllowed()

    override fun readPosition(then: (Fix?) -> Unit) {
        when {
            phone.choices.usesPosition != true -> then(null)
            locator.isAllowed() -> reading = locator.read(then)
            else -> {
                wantsPosition = then
                requestPermissions(Locator.PERMISSIONS, ASK_POSITION)
            }
        }
    }

    override fun share(words: String) {
        val send = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, words)
        startActivity(Intent.createChooser(send, null))
    }

    override fun send(file: File): Boolean = files.send(file)

    override fun chooseFile(): Boolean = files.choose()

    override fun onRequestPermissionsResult(request: Int, permissions: Array<String>, results: IntArray) {
        val then = wantsPosition ?: return
        wantsPosition = null
        if (locator.isAllowed()) reading = locator.read(then) else then(null)
    }

    override fun say(words: String) {
        speaker.say(words, resources.configuration.locales[0]) { tell(getString(R.string.no_voice)) }
    }

    private fun hideKeyboard() {
        val focused = currentFocus ?: return
        getSystemService(InputMethodManager::class.java).hideSoftInputFromWindow(focused.windowToken, 0)
    }

    private companion object {
        const val TRAIL = "trail"
        const val TOLD = "told"
        const val TOLD_GOOD = "told_good"
        const val SCROLL = "scroll"
        const val ASK_POSITION = 2
        val TABS = setOf(Kind.CHECK_IN, Kind.COVERAGE, Kind.RECORDS, Kind.SETTINGS)
        val OPEN_TO_ALL = setOf(Kind.ENROL, Kind.SETTINGS, Kind.ABOUT, Kind.LICENCES, Kind.LICENCE)
    }
}
