package org.xuncha.app.screens

import android.text.InputType
import android.view.View
import org.xuncha.app.R
import org.xuncha.app.Thumbnails
import org.xuncha.app.ui.Kit
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.ProgressBar
import org.xuncha.app.ui.Signs
import org.xuncha.app.ui.picture
import org.xuncha.core.Answer
import org.xuncha.core.ChoiceLine
import org.xuncha.core.DraftItem
import org.xuncha.core.DraftPage
import org.xuncha.core.PhotoLine

/** One question: what is asked, two or three large answers and 未查看, and what may be added. */
class QuestionPage(
    private val kit: Kit,
    private val page: DraftPage,
    private val item: DraftItem,
    private val steps: Steps,
    private val pictures: Thumbnails,
    private val isSavingPhoto: Boolean,
    private val photosLeft: Int,
    private val taps: Taps,
) {
    interface Taps {
        fun choose(choice: ChoiceLine)

        fun notLooked()

        fun text(words: String)

        fun write(words: String)

        fun note()

        fun takePhoto()

        fun removePhoto(photo: String)

        fun saveAgain()

        fun basis()

        fun readAloud()

        fun before()

        fun after()

        fun back()
    }

    private val number = page.items.indexOf(item) + 1

    /** In landscape the few answers there are stand beside the question: below it they would be out of sight. */
    private val isBeside = kit.isLandscape && !item.takesText && item.choices.size < MOST_BESIDE

    fun draw(): Page {
        val answers = answers()
        val content = kit.column(
            ProgressBar(kit, number, page.items.size),
            kit.softText(page.venueName),
            page.returnedBecause?.let(::returned),
            kit.heading(item.question, scale = QUESTION),
            item.dayType?.let { kit.chip(R.drawable.ic_due, kit.string(R.string.today_is, it), kit.palette.wait) },
            item.time?.let { kit.signed(R.drawable.ic_clock, it, kit.palette.inkSoft) },
            *(if (isBeside) emptyList() else answers).toTypedArray(),
            *photos().toTypedArray(),
            *extras().toTypedArray(),
        )
        val end = kit.button(
            kit.string(R.string.read_aloud),
            R.drawable.ic_speaker,
            kit.palette.accent,
            kit.rounded(kit.palette.accentSoft),
            taps::readAloud,
        )
        // One that was opened from the summary leads back there, whichever way one leaves it.
        val hasBefore = number > 1 && !steps.fromSummary
        val before = if (hasBefore) kit.secondary(kit.string(R.string.question_before), R.drawable.ic_back, taps::before) else null
        val onward = if (steps.leadsToSummary(page, item)) R.string.to_summary else R.string.question_after
        val after = kit.secondary(kit.string(onward), R.drawable.ic_next, taps::after)
        val actions = if (before == null) listOf(after) else listOf(kit.pair(before, after, inFoot = !isBeside))
        val title = kit.string(R.string.question_number, number, page.items.size)
        val beside = if (isBeside) kit.column(*answers.toTypedArray(), gap = 10) else null
        return Page(kit, title, content, actions, end, taps::back, beside = beside)
    }

    private fun returned(because: String): View {
        val words = kit.signed(R.drawable.ic_return, kit.string(R.string.returned_because, because), kit.palette.warn.ink, bold = true)
        return kit.card(words, tint = kit.palette.warn)
    }

    private fun answers(): List<View> {
        val given = item.answer?.answer
        val notLooked = kit.choice(
            kit.string(R.string.not_looked),
            Signs.notLooked,
            kit.palette.calm,
            given is Answer.NotLooked,
            isBeside,
            taps::notLooked,
        )
        if (item.takesText) return words(given) + notLooked
        return item.choices.map { choice ->
            val isChosen = (given as? Answer.Choice)?.choice == choice.code
            kit.choice(choice.label, Signs.of(choice.tone), Signs.tint(choice.tone, kit.palette), isChosen, isBeside) {
                taps.choose(choice)
            }
        } + notLooked
    }

    private fun words(given: Answer?): List<View> {
        val before = steps.words ?: (given as? Answer.Text)?.text.orEmpty()
        var written = before
        val type = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_MULTI_LINE or InputType.TYPE_TEXT_FLAG_CAP_SENTENCES
        val field = kit.field(kit.string(R.string.write_here), before, type) {
            written = it
            taps.write(it)
        }
        return listOf(field, kit.primary(kit.string(R.string.keep_words), R.drawable.ic_check) { taps.text(written) })
    }

    private fun photos(): List<View> {
        val own = page.photos.filter { it.item == item.item }
        if (!isSavingPhoto) return own.map(::photo)
        return own.map(::photo) + kit.signed(R.drawable.ic_clock, kit.string(R.string.saving_photo), kit.palette.wait.ink, bold = true)
    }

    private fun photo(photo: PhotoLine): View {
        val words = if (photo.id == steps.reallyRemoves) R.string.really_discard else R.string.remove_photo
        val remove = kit.careful(kit.string(words), R.drawable.ic_trash) { taps.removePhoto(photo.id) }
        val picture = kit.picture(photo, pictures, kit.string(R.string.photo_of, item.question))
        return kit.card(picture, kit.signed(R.drawable.ic_check, kit.string(R.string.photo_kept), kit.palette.good.ink), remove)
    }

    private fun extras(): List<View> =
        listOfNotNull(
            item.note?.let { kit.card(kit.signed(R.drawable.ic_pencil, kit.string(R.string.note_is, it))) },
            page.littleRoom?.let { kit.warning(it) },
            kit.photosLeft(photosLeft, taps::saveAgain),
            kit.pair(
                kit.secondary(kit.string(takePhoto()), R.drawable.ic_camera, taps::takePhoto),
                kit.secondary(kit.string(R.string.add_note), R.drawable.ic_pencil, taps::note),
            ),
            if (item.asksPhoto) kit.softText(kit.string(R.string.no_faces)) else null,
            if (item.basis.isEmpty()) null else basis(),
            if (steps.showsBasis) kit.card(*item.basis.map { kit.text(it) }.toTypedArray()) else null,
        )

    private fun basis(): View =
        kit.secondary(kit.string(if (steps.showsBasis) R.string.hide_basis else R.string.show_basis), R.drawable.ic_book, taps::basis)

    private fun takePhoto(): Int = when {
        page.photos.any { it.item == item.item } -> R.string.take_another
        item.asksPhoto -> R.string.take_asked_photo
        else -> R.string.take_photo
    }

    private companion object {
        const val QUESTION = 1.4f

        /** As many answers as have room, 未查看 among them. */
        const val MOST_BESIDE = 4
    }
}
