package org.xuncha.app.screens

import android.view.View
import org.xuncha.app.R
import org.xuncha.app.ui.Kit
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Signs
import org.xuncha.core.Answer
import org.xuncha.core.DraftItem
import org.xuncha.core.DraftPage

/** Everything before 完成: who went, what was skipped, whether the place is known, then what was answered. */
class SummaryPage(
    private val kit: Kit,
    private val page: DraftPage,
    private val isLocating: Boolean,
    private val isSaving: Boolean,
    private val photosLeft: Int,
    private val taps: Taps,
    private val steps: Steps,
) {
    interface Taps {
        fun edit(item: DraftItem)

        fun locate()

        fun scanPlacard()

        fun saveAgain()

        fun finish()

        fun back()

        fun discard()
    }

    fun draw(): Page {
        val (looked, skipped) = page.items.partition { !it.skipped }
        val content = kit.column(
            kit.heading(page.venueName),
            kit.softText("${page.kindLabel} · ${page.started} · ${page.dayType}"),
            if (page.companions.isEmpty()) null else kit.signed(R.drawable.ic_people, page.companions.joinToString("、") { it.name }),
            if (page.photos.isEmpty()) null else kit.signed(R.drawable.ic_camera, kit.string(R.string.photos_count, page.photos.size)),
            kit.photosLeft(photosLeft, taps::saveAgain),
            *part(kit.string(R.string.skipped, skipped.size), skipped, R.string.skipped_hint).toTypedArray(),
            place(),
            *part(kit.string(R.string.answered, looked.size), looked, null).toTypedArray(),
            if (isSaving) null else discard(),
        )
        val finish = if (isSaving) {
            kit.unavailable(kit.string(R.string.saving_photo), R.drawable.ic_clock)
        } else {
            kit.primary(kit.string(R.string.finish), R.drawable.ic_check, taps::finish)
        }
        return Page(kit, kit.string(R.string.summary_title), content, listOf(finish), null, taps::back)
    }

    private fun part(title: String, items: List<DraftItem>, hint: Int?): List<View> {
        if (items.isEmpty()) return emptyList()
        return listOfNotNull(kit.section(title), hint?.let { kit.softText(kit.string(it)) }) + items.map(::line)
    }

    private fun line(item: DraftItem): View {
        val tone = (item.answer?.answer as? Answer.Choice)?.let { given -> item.choices.find { it.code == given.choice }?.tone }
        val answer = item.answerText ?: kit.string(R.string.not_looked)
        val chip = if (tone == null) {
            kit.chip(if (item.answer?.answer is Answer.Text) R.drawable.ic_pencil else Signs.notLooked, answer, kit.palette.calm)
        } else {
            kit.chip(Signs.of(tone), answer, Signs.tint(tone, kit.palette))
        }
        return kit.card(kit.text(item.question, bold = true), chip, item.note?.let { kit.softText(it) }) { taps.edit(item) }
    }

    private fun place(): View {
        val words = when {
            page.hasFix -> kit.signed(R.drawable.ic_pin, kit.string(R.string.has_position), kit.palette.good.ink, bold = true)
            isLocating -> kit.signed(R.drawable.ic_clock, kit.string(R.string.locating), kit.palette.wait.ink, bold = true)
            else -> kit.signed(R.drawable.ic_dash, kit.string(R.string.no_position), kit.palette.inkSoft)
        }
        val placard = kit.string(R.string.placard_scanned)
        val scanned = if (page.placardScanned) kit.signed(R.drawable.ic_qr, placard, kit.palette.good.ink) else null
        if (page.corrects != null) return kit.card(kit.signed(R.drawable.ic_pin, kit.string(R.string.keeps_place), kit.palette.inkSoft))
        return kit.card(
            words,
            scanned,
            if (isLocating || page.hasFix) null else kit.secondary(kit.string(R.string.locate_again), R.drawable.ic_pin, taps::locate),
            if (page.placardScanned) null else kit.secondary(kit.string(R.string.scan_placard), R.drawable.ic_qr, taps::scanPlacard),
        )
    }

    private fun discard(): View {
        val words = if (steps.reallyDiscard) R.string.really_discard else R.string.discard
        return kit.careful(kit.string(words), R.drawable.ic_trash, taps::discard)
    }
}
