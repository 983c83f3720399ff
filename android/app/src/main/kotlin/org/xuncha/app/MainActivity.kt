package org.xuncha.app

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.content.res.Configuration
import android.net.Uri
import android.os.Bundle
import android.view.inputmethod.InputMethodManager
import org.xuncha.app.platform.Camera
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
    private val sight = Sight(this, ::draw)
    private val deeds = Deeds(this, ::phone, sight) { screen }
    private val camera = Camera(this)
    private val files = Files(this)
    private val positioning by lazy { Positioning(this, phone.choices) }
    private val speaker by lazy { Speaker(applicationContext) }
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
        kit = Kit(this, phone.choices.textSize, sight.settling)
        camera.restore(state)
        trail.restore(state)
        sight.told = Told.of(state)
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

    override fun onResume() {
        super.onResume()
        positioning.onResume()
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
        sight.told?.save(state)
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
        sight.page?.let { trail.top.state.putInt(SCROLL, it.scroll.scrollY) }
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
            TroubleScreen(this, place, deeds.advice(error))
        } catch (error: WrongLibrary) {
            TroubleScreen(this, place, deeds.advice(error))
        }
        redraw()
        val scroll = trail.top.state.getInt(SCROLL)
        sight.page?.let { page -> page.post { if (sight.told == null) page.scroll.scrollTo(0, scroll) } }
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

    private fun draw(): Page? =
        try {
            screen?.draw()
        } catch (error: BookException) {
            TroubleScreen(this, trail.top, deeds.advice(error)).draw()
        }

    override fun redraw() = sight.redraw()

    override fun refresh() = sight.refresh()

    override fun untell() = sight.tell(null)

    override fun go(kind: Kind, about: String) {
        keepState()
        move { add(Place(kind, about)) }
    }

    override fun replace(kind: Kind, about: String) = move { replace(Place(kind, about)) }

    override fun begin(kind: Kind) = move { begin(Place(kind)) }

    override fun back() {
        hideKeyboard()
        move { back() }
    }

    /** To another place: what was said here is not said there. */
    private fun move(along: Trail.() -> Unit) {
        sight.told = null
        trail.along()
        sight.leave()
        show()
    }

    override fun restart() = recreate()

    override fun tell(words: CharSequence, isGood: Boolean) = sight.tell(Told(words, isGood))

    override fun <T : Any> trying(work: (FieldBook) -> T): T? = deeds.trying(work)

    override fun <T : Any> unasked(work: (FieldBook) -> T): T? = deeds.unasked(work)

    override fun <T : Any> later(about: String, work: suspend (FieldBook) -> T, then: (T?) -> Unit) = deeds.later(about, work, then)

    override fun <T : Any> laterWith(
        given: Uri,
        most: Long,
        about: String,
        work: suspend (FieldBook, File) -> T,
        then: (T?) -> Unit,
    ) = deeds.laterWith(given, most, about, work, then)

    private fun workEnded() {
        deeds.tellUntold()
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
        val TABS = setOf(Kind.CHECK_IN, Kind.COVERAGE, Kind.RECORDS, Kind.SETTINGS)
        val OPEN_TO_ALL = setOf(Kind.ENROL, Kind.SETTINGS, Kind.ABOUT, Kind.LICENCES, Kind.LICENCE)
    }
}
