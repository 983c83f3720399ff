package org.xuncha.app

import android.net.Uri
import android.os.Bundle
import android.view.View
import org.xuncha.app.platform.Shot
import org.xuncha.app.ui.Kit
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Tabs
import org.xuncha.core.FieldBook
import org.xuncha.core.OwnPlaces
import java.io.File

/** What a screen may ask of the activity it is shown in. */
interface Host {
    val kit: Kit
    val phone: Phone

    /** Opens a place on top of this one. */
    fun go(kind: Kind, about: String = "")

    /** Opens a place instead of this one. */
    fun replace(kind: Kind, about: String = "")

    /** Opens a first place, with nothing to go back to. */
    fun begin(kind: Kind)

    fun back()

    /** Draws the screen anew: the same page stays where it was scrolled to, another one begins at the top. */
    fun redraw()

    /** The same when something happened that nobody tapped: whoever is writing goes on writing. */
    fun refresh()

    /** Starts again, as after a change of language or text size. */
    fun restart()

    /** Says something at the head of the page, where it stays until it is read. */
    fun tell(words: CharSequence, isGood: Boolean = false)

    /** Takes back what was told: it is so no more. */
    fun untell()

    /** Does something with the book; what went wrong is told on the page, and the answer is none. */
    fun <T : Any> trying(work: (FieldBook) -> T): T?

    /** The same for what nobody tapped: what is said already is not said anew, and whoever is writing goes on writing. */
    fun <T : Any> unasked(work: (FieldBook) -> T): T?

    /**
     * The same away from the main thread, for what [Work.isBusyWith] then knows; [then] is called on it, unless the
     * screen was left. Then what went wrong is told on the next one.
     */
    fun <T : Any> later(about: String, work: suspend (FieldBook) -> T, then: (T?) -> Unit = {})

    /** The same with a file that another app gives, of which [most] bytes and one more are read; the copy goes at the end. */
    fun <T : Any> laterWith(given: Uri, most: Long, about: String, work: suspend (FieldBook, File) -> T, then: (T?) -> Unit)

    /** Takes a photo with the camera's own app, for a question of what it is [about]; it comes to [Screen.onPhoto]. */
    fun takePhoto(about: String, item: String? = null)

    /** Photos that were taken for this and lie there unsaved, as after the death of the process; not what the camera is at. */
    fun leftShots(about: String): List<Shot>

    /** Whether the position may be read without asking anybody. */
    val mayReadPosition: Boolean

    /** Reads the position once, if that is allowed; the first time the system asks. */
    fun readPosition(then: (Located) -> Unit)

    /** Hands some words to another app, such as a messenger. */
    fun share(words: String)

    /** Hands a file over to another app; false if none takes it. */
    fun send(file: File): Boolean

    /** Lets the user choose a file; it comes to [Screen.onFile]. False if this phone has no choice of files. */
    fun chooseFile(): Boolean

    /** Reads something aloud. */
    fun say(words: String)
}

/** One screen: draws what the core says, and passes taps on. */
abstract class Screen(protected val host: Host, protected val place: Place) {
    protected val kit: Kit get() = host.kit

    /** Draws it from the core. Called again whenever something changed. */
    abstract fun draw(): Page

    /** It is drawn for the first time: what begins by itself begins here. */
    open fun onOpened() = Unit

    /** Keeps what only the screen knows, such as words half typed. */
    open fun save(state: Bundle) = Unit

    /** A photo was taken; none if the user went back. The screen deletes the file when it is done with it. */
    open fun onPhoto(shot: Shot?) = Unit

    /** A file was chosen; none if the user went back. */
    open fun onFile(chosen: Uri?) = Unit

    /** The uploads moved on. */
    open fun onUploads() = Unit

    /** Some work has ended, perhaps begun by the screen that was here before the phone was turned. */
    open fun onWork() = Unit

    /** The back button; true if the screen did something itself. */
    open fun onBack(): Boolean = false

    /** The app comes into sight, perhaps after hours. */
    open fun onShown() = Unit

    /** The app goes out of sight, and may die there: what is half written goes to the core. */
    open fun onHidden() = Unit

    /** It will not be shown again. */
    open fun onLeave() = Unit

    protected fun string(id: Int, vararg values: Any): String = kit.string(id, *values)

    /** A page whose bar leads back. */
    protected fun page(title: CharSequence, content: View, actions: List<View> = emptyList(), end: View? = null): Page =
        Page(kit, title, content, actions, end, onBack = host::back)

    /** One of the first pages: the way to the others is at its foot. */
    protected fun tabPage(title: CharSequence, content: View, here: Kind, own: OwnPlaces): Page =
        Page(kit, title, content, emptyList(), null, onBack = null, footer = Tabs.of(kit, host, here, own))
}
