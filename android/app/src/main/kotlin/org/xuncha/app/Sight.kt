package org.xuncha.app

import android.app.Activity
import android.view.inputmethod.BaseInputConnection
import android.widget.EditText
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Settling

/** What is in sight: the page that [draw] gives, and what stands at its head until it is read. */
class Sight(private val activity: Activity, private val draw: () -> Page?) {
    var page: Page? = null
        private set

    /** The second tap of a trembling finger means the page that the first one left, not what nobody has read yet. */
    val settling = Settling()

    /** What is said on the page that is drawn next. */
    var told: Told? = null

    /** What the page in sight says already. */
    private var toldInSight: Told? = null

    /** Where a screen reader stood on a page that was drawn anew, until it stands there again. */
    private var toHear: Page.Heard? = null
    private val refreshing = Runnable { refresh() }

    /** The next page is of another place. */
    fun leave() {
        page = null
    }

    fun tell(news: Told?) {
        told = news
        redraw()
    }

    fun redraw() {
        val before = page
        val heard = before?.heard() ?: toHear
        val drawn = draw() ?: return
        told?.let { drawn.tell(it.words, it.isGood) { tell(null) } }
        page = drawn
        // What is said for the first time is seen; then one reads on where one was.
        val isNews = told != null && told !== toldInSight
        toldInSight = told
        // Where an answer was tapped stands another one on the next question, which nobody has read yet: it begins at the top.
        val isSame = before != null && drawn.isStill(before)
        val scroll = if (isSame) before.scroll.scrollY else 0
        toHear = if (isSame) heard else heard?.let { Page.Heard.BEGINNING }
        if (!isSame) settling.moved()
        activity.setContentView(drawn)
        drawn.post {
            // On a slow phone it takes its time until it is seen.
            if (!isSame) settling.moved()
            if (!isNews) drawn.scroll.scrollTo(0, scroll)
            // Drawn anew once more meanwhile, it is the next page's to do.
            if (page !== drawn) return@post
            toHear?.let(drawn::hear)
            toHear = null
        }
    }

    /** The same, and whoever is writing goes on writing. */
    fun refresh() {
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

    private companion object {
        const val COMPOSING_MS = 500L
    }
}
