package org.xuncha.app.screens

import android.net.Uri
import org.xuncha.app.Host
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.platform.Files
import org.xuncha.app.platform.HandOverProvider
import org.xuncha.app.ui.Page
import org.xuncha.core.TakenAnswer

/** 用文件上交: where no network joins phone and hub, a file goes and its answer comes back. */
class HandOverScreen(host: Host, place: Place) : Screen(host, place) {
    /** What is under way, in words. */
    private var busy: Int? = null

    override fun onUploads() = host.refresh()

    override fun draw(): Page {
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
            kit.primary(string(R.string.write_file), R.drawable.ic_up) { write(page.fileName) },
            kit.secondary(string(R.string.read_answer), R.drawable.ic_check) { choose() },
        )
        return page(string(R.string.hand_over_title), content, if (busy == null) actions else emptyList())
    }

    private fun write(name: String) {
        begin(R.string.writing_file)
        val context = host.phone.context
        host.later(HAND_OVER, { book ->
            val file = HandOverProvider.newFile(context, name)
            file to book.handOver(file.path)
        }) { done ->
            end()
            val (file, written) = done ?: return@later
            host.tell(written.text, isGood = true)
            if (!host.send(file)) host.tell(string(R.string.no_app_for_file))
        }
    }

    private fun choose() {
        if (!host.chooseFile()) host.tell(string(R.string.no_choice_of_files))
    }

    override fun onFile(chosen: Uri?) {
        if (chosen == null) return
        begin(R.string.reading_answer)
        val context = host.phone.context
        val most = host.phone.book().handOverPage().answerBytes.toLong()
        host.later(HAND_OVER, { book ->
            val copy = Files.copy(context, chosen, most)
            try {
                book.takeAnswer(copy.path).also { HandOverProvider.clear(context) }
            } finally {
                copy.delete()
            }
        }) { taken ->
            end()
            taken?.let(::tell)
        }
    }

    private fun tell(taken: TakenAnswer) {
        val words = listOf(taken.text) + taken.notes + taken.warnings
        host.tell(words.joinToString("\n"), isGood = taken.warnings.isEmpty())
    }

    private fun begin(words: Int) {
        busy = words
        host.redraw()
    }

    private fun end() {
        busy = null
        host.redraw()
    }

    private companion object {
        const val HAND_OVER = "hand over"
    }
}
