package org.xuncha.app.screens

import android.net.Uri
import org.xuncha.app.Host
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.core.TakenAnswer

/**
 * 用文件上交: where no network joins phone and hub, a file goes and its answer comes back.
 *
 * A place that is about a file, which another app opened, takes that one in by itself, and once.
 */
class HandOverScreen(host: Host, place: Place) : Screen(host, place) {
    /** What is under way, in words; perhaps begun before the phone was turned. */
    private val busy: Int?
        get() = when {
            host.phone.work.isBusyWith(READING) || isReadingOffered -> R.string.reading_answer
            host.phone.work.isBusyWith(WRITING) -> R.string.writing_file
            else -> null
        }

    private val isReadingOffered get() = host.phone.work.isBusyWith(place.about)

    override fun onOpened() {
        if (place.about.isEmpty() || place.state.getBoolean(TAKEN) || isReadingOffered) return
        take(Uri.parse(place.about), place.about)
    }

    /** What is said of a file that was written is so no more once all that waited went by the network. */
    override fun onUploads() {
        val page = host.unasked { it.handOverPage() } ?: return
        val isOver = place.state.getBoolean(WRITTEN) && page.records + page.photos == 0uL
        if (!isOver) return host.refresh()
        place.state.remove(WRITTEN)
        host.untell()
    }

    /** Only a file whose reading came to an end is not read again: the process may die before. */
    override fun onWork() {
        if (!isReadingOffered) place.state.putBoolean(TAKEN, true)
        host.refresh()
    }

    override fun draw(): Page {
        val busy = busy
        val page = host.phone.book().handOverPage()
        val content = kit.column(
            kit.card(
                kit.signed(R.drawable.ic_phone, page.text, bold = true),
                page.written?.let { kit.signed(R.drawable.ic_clock, it, kit.palette.wait.ink) },
            ),
            *page.steps.mapIndexed { i, step -> kit.text("${i + 1}. $step") }.toTypedArray(),
            busy?.let { kit.signed(R.drawable.ic_clock, string(it), kit.palette.wait.ink, bold = true) },
        )
        val actions = listOf(
            kit.primary(string(R.string.write_file), R.drawable.ic_up) { write() },
            kit.secondary(string(R.string.read_answer), R.drawable.ic_check) { choose() },
        )
        return page(string(R.string.hand_over_title), content, if (busy == null) actions else emptyList())
    }

    private fun write() {
        host.later(WRITING, { host.phone.handOverFile.write(it) }) { done ->
            val (file, written) = done ?: return@later
            place.state.putBoolean(WRITTEN, written.records + written.photos > 0uL)
            host.tell(written.text, isGood = true)
            if (!host.send(file)) host.tell(string(R.string.no_app_for_file))
        }
        host.redraw()
    }

    private fun choose() {
        if (!host.chooseFile()) host.tell(string(R.string.no_choice_of_files))
    }

    override fun onFile(chosen: Uri?) {
        chosen?.let { take(it, READING) }
    }

    /** [work] is what the work is called: by the file's address where the place is about one. */
    private fun take(answer: Uri, work: String) {
        val phone = host.phone
        val most = host.trying { it.handOverPage().answerBytes.toLong() } ?: return
        host.laterWith(answer, most, work, { book, copy -> book.takeAnswer(copy.path).also { phone.handOverFile.clear() } }) { taken ->
            taken?.let(::tell)
        }
        host.redraw()
    }

    private fun tell(taken: TakenAnswer) {
        place.state.remove(WRITTEN)
        val words = listOf(taken.text) + taken.notes + taken.warnings
        host.tell(words.joinToString("\n"), isGood = taken.warnings.isEmpty())
    }

    private companion object {
        const val READING = "reading an answer"
        const val WRITING = "writing a file"
        const val TAKEN = "taken"
        const val WRITTEN = "written"
    }
}
