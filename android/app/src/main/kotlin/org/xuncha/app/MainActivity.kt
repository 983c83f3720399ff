package org.xuncha.app

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.content.res.Configuration
import android.net.Uri
import android.os.Bundle
import android.view.inputmethod.BaseInputConnection
import android.view.inputmethod.InputMethodManager
import android.widget.EditText
import org.xuncha.app.platform.Camera
import org.xuncha.app.platform.Fetch
import org.xuncha.app.platform.Files
import org.xuncha.app.platform.Shot
import org.xuncha.app.platform.ShotProvider
import org.xuncha.app.platform.Speaker
import org.xuncha.app.screens.TroubleScreen
import org.xuncha.app.screens.screenOf
import org.xuncha.app.ui.Kit
import org.xuncha.app.ui.Page
import org.xuncha.core.BookException
import org.xuncha.core.FieldBook
import org.xuncha.core.Locale
import org.xuncha.core.WrongLibrary
import java.io.File

/** The one activity: it shows the screen on top of [trail] and does for it what needs the platform. */
class MainActivity : Activity(), Host {
    override lateinit var kit: Kit
        private set
    override val phone: Phone get() = (application as App).phone

    private val trail = Trail()
    private var screen: Screen? = null
    private var page: Page? = null
    private var told: Told? = null

    /** Where a screen reader stood on a page that was drawn anew, until it stands there again. */
    private var toHear: Page.Heard? = null

    /** What the page in sight says already. */
    private var toldInSight: Told? = null
    private val camera = Camera(this)
    private val files = Files(this)
    private val positioning by lazy { Positioning(this, phone.choices) }
    private val speaker by lazy { Speaker(applicationContext) }
    private val refreshing = Runnable { refresh() }
    private val onUploads = { screen?.onUploads() ?: Unit }
    private val onWork = ::workEnded

    override fun attachBaseContext(base: Context) {
        val tag = when ((base.applicationContext as App).phone.chooseLocale()) {
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
        trail.restore(state)
        told = Told.of(state)
        val handed = intent?.takeIf { state == null }?.let(Handed::of)
        if (handed == null) show() else open(handed)
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        Handed.of(intent)?.let(::open)
    }

    private fun open(handed: Handed) = when (handed) {
        is Handed.Card -> go(Kind.ENROL, handed.link)
        is Handed.Answer -> open(handed.file)
    }

    /** A file leads to the page that reads it: out of an inspection only if that is wanted. */
    private fun open(answer: Uri) {
        val here = trail.top.kind
        // A double tap: it is being read, and this page will say what came of it.
        if (here == Kind.HAND_OVER && phone.work.isBusyWith(answer.toString())) return
        val kind = if (here == Kind.INSPECTION || here == Kind.ANSWER) Kind.ANSWER else Kind.HAND_OVER
        if (here == kind) replace(kind, answer.toString()) else go(kind, answer.toString())
        if (trail.top.kind != kind) tell(getString(R.string.answer_not_yet))
    }

    override fun onStart() {
        super.onStart()
        phone.work.listen(onWork)
        workEnded()
        screen?.onShown()
        phone.uploads.listen(onUploads)
        phone.uploads.start()
    }

    override fun onPause() {
        screen?.onHidden()
        super.onPause()
    }

    override fun onStop() {
        phone.uploads.unlisten(onUploads)
        phone.work.unlisten(onWork)
        super.onStop()
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        keepState()
        trail.save(state)
        told?.save(state)
        camera.save(state)
    }

    override fun onDestroy() {
        leave()
        speaker.close()
        super.onDestroy()
    }

    @Suppress("OVERRIDE_DEPRECATION")
    override fun onBackPressed() {
        if (screen?.onBack() == true) return
        when {
            !trail.isAtStart -> back()
            trail.top.kind in TABS -> begin(Kind.HOME)
            else -> finish()
        }
    }

    private fun keepState() {
        page?.let { trail.top.state.putInt(SCROLL, it.scroll.scrollY) }
        screen?.save(trail.top.state)
    }

    private fun leave() {
        screen?.onLeave()
        screen = null
        positioning.stop()
        speaker.stop()
    }

    /** Shows the place on top. A book that cannot be opened is told on every place. */
    private fun show() {
        leave()
        val place = trail.top
        screen = try {
            neededBefore(place)?.let { trail.replace(Place(it)) }
            screenOf(trail.top, this)
        } catch (error: BookException) {
            TroubleScreen(this, place, advice(error))
        } catch (error: WrongLibrary) {
            TroubleScreen(this, place, error.message.orEmpty())
        }
        redraw()
        val scroll = trail.top.state.getInt(SCROLL)
        page?.let { page -> page.post { if (told == null) page.scroll.scrollTo(0, scroll) } }
        screen?.onOpened()
    }

    /** An enrolled phone and an answer about the position are what everything else needs; a card in hand comes first. */
    private fun neededBefore(place: Place): Kind? {
        val status = phone.book().status()
        return when {
            status.enrolled == null -> Kind.ENROL.takeIf { place.kind !in OPEN_TO_ALL }
            phone.choices.usesPosition != null || status.mustEnrol -> null
            else -> Kind.CONSENT.takeIf { place.kind == Kind.ENROL || place.kind !in OPEN_TO_ALL }
        }
    }

    override fun redraw() {
        val before = page
        val heard = before?.heard() ?: toHear
        val drawn = try {
            screen?.draw() ?: return
        } catch (error: BookException) {
            TroubleScreen(this, trail.top, advice(error)).draw()
        }
        told?.let { drawn.tell(it.words, it.isGood, ::untell) }
        page = drawn
        // What is said for the first time is seen; then one reads on where one was.
        val isNews = told != null && told !== toldInSight
        toldInSight = told
        // Where an answer was tapped stands another one on the next question, which nobody has read yet: it begins at the top.
        val isSame = before != null && drawn.isStill(before)
        val scroll = if (isSame) before.scroll.scrollY else 0
        toHear = if (isSame) heard else heard?.let { Page.Heard.BEGINNING }
        setContentView(drawn)
        drawn.post {
            if (!isNews) drawn.scroll.scrollTo(0, scroll)
            // Drawn anew once more meanwhile, it is the next page's to do.
            if (page !== drawn) return@post
            toHear?.let(drawn::hear)
            toHear = null
        }
    }

    override fun refresh() {
        val writing = page?.findFocus() as? EditText ?: return redraw()
        if (BaseInputConnection.getComposingSpanStart(writing.text) >= 0) {
            // A word that is still being put together, as from pinyin, would be torn up.
            writing.removeCallbacks(refreshing)
            writing.postDelayed(refreshing, COMPOSING_MS)
            return
        }
        redraw()
        page?.findViewWithTag<EditText>(writing.tag)?.apply {
            requestFocus()
            setSelection(writing.selectionStart, writing.selectionEnd)
        }
    }

    override fun untell() {
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
        trail.replace(Place(kind, about))
        page = null
        show()
    }

    override fun begin(kind: Kind) {
        told = null
        trail.begin(Place(kind))
        page = null
        show()
    }

    override fun back() {
        hideKeyboard()
        told = null
        trail.back()
        page = null
        show()
    }

    override fun restart() = recreate()

    override fun tell(words: CharSequence, isGood: Boolean) {
        told = Told(words, isGood)
        redraw()
    }

    private fun advice(error: Throwable): String = when (error) {
        is Fetch.Silence -> getString(R.string.app_silent)
        is WrongLibrary -> error.message.orEmpty()
        else -> (error as BookException).advice(phone.locale())
    }

    override fun <T : Any> trying(work: (FieldBook) -> T): T? =
        try {
            work(phone.book())
        } catch (error: BookException) {
            tell(advice(error))
            null
        }

    override fun <T : Any> unasked(work: (FieldBook) -> T): T? =
        try {
            work(phone.book())
        } catch (error: BookException) {
            val words = advice(error)
            if (told?.words?.toString() != words) {
                told = Told(words, isGood = false)
                refresh()
            }
            null
        }

    override fun <T : Any> later(about: String, work: suspend (FieldBook) -> T, then: (T?) -> Unit) {
        phone.work.start(about, { work(phone.book()) }, isStillShown(), telling(then))
    }

    override fun <T : Any> laterWith(
        given: Uri,
        most: Long,
        about: String,
        work: suspend (FieldBook, File) -> T,
        then: (T?) -> Unit,
    ) {
        val read: suspend (File) -> T = { copy ->
            try {
                work(phone.book(), copy)
            } finally {
                copy.delete()
            }
        }
        phone.work.startWith({ Fetch(applicationContext, given, most, it).begin() }, about, read, isStillShown(), telling(then))
    }

    /** Whether the screen of now is still the one that is shown. */
    private fun isStillShown(): () -> Boolean {
        val asking = screen
        return { screen != null && screen === asking }
    }

    private fun <T : Any> telling(then: (T?) -> Unit): (Result<T>) -> Unit = { outcome ->
        outcome.exceptionOrNull()?.let { tell(advice(it)) }
        then(outcome.getOrNull())
    }

    private fun workEnded() {
        phone.work.takeUntold()?.let { tell(advice(it)) }
        screen?.onWork()
    }

    override fun takePhoto(about: String, item: String?) {
        keepState()
        when (camera.start(about, item)) {
            Camera.Start.OPEN -> Unit
            Camera.Start.NO_CAMERA -> tell(getString(R.string.no_camera))
            Camera.Start.NO_ROOM -> tell(getString(R.string.no_room))
        }
    }

    override fun leftShots(about: String): List<Shot> = ShotProvider.shotsOf(this, about).filter { it != camera.shot }

    @Suppress("OVERRIDE_DEPRECATION")
    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        camera.take(request, result, onEmpty = { tell(getString(R.string.photo_empty)) }) { screen?.onPhoto(it) }
        files.take(request, result, data) { screen?.onFile(it) }
    }

    override val mayReadPosition: Boolean get() = positioning.mayRead

    override fun readPosition(then: (Located) -> Unit) = positioning.read(then)

    override fun share(words: String) {
        val send = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, words)
        startActivity(Intent.createChooser(send, null))
    }

    override fun send(file: File): Boolean = files.send(file)

    override fun chooseFile(): Boolean = files.choose()

    override fun onRequestPermissionsResult(request: Int, permissions: Array<String>, results: IntArray) =
        positioning.onAnswer(request, results)

    override fun say(words: String) {
        speaker.say(words, resources.configuration.locales[0]) { tell(getString(R.string.no_voice)) }
    }

    private fun hideKeyboard() {
        val focused = currentFocus ?: return
        getSystemService(InputMethodManager::class.java).hideSoftInputFromWindow(focused.windowToken, 0)
    }

    private companion object {
        const val SCROLL = "scroll"
        const val COMPOSING_MS = 500L
        val TABS = setOf(Kind.CHECK_IN, Kind.COVERAGE, Kind.RECORDS, Kind.SETTINGS)
        val OPEN_TO_ALL = setOf(Kind.ENROL, Kind.SETTINGS, Kind.ABOUT, Kind.LICENCES, Kind.LICENCE)
    }
}
