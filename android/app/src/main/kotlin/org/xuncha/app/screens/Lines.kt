package org.xuncha.app.screens

import android.view.View
import org.xuncha.app.R
import org.xuncha.app.Uploads
import org.xuncha.app.ui.Kit
import org.xuncha.app.ui.Signs
import org.xuncha.core.AnswerLine
import org.xuncha.core.EvidenceLine
import org.xuncha.core.FindingLine
import org.xuncha.core.Notice
import org.xuncha.core.NoticeLead
import org.xuncha.core.RecordLine
import org.xuncha.core.StateLine
import org.xuncha.core.UnsentShown
import org.xuncha.core.VenueLine

// Lines that several screens share, each drawn in one way.

fun Kit.venueCard(line: VenueLine, onTap: () -> Unit): View = card(
    text(line.name, scale = 1.15f, bold = true),
    softText(listOfNotNull(line.kindLabel, line.address.ifEmpty { null }, line.distance).joinToString(" · ")),
    standing(line),
    if (line.hasUnsent) signed(R.drawable.ic_phone, string(R.string.has_unsent), palette.inkSoft) else null,
    onTap = onTap,
)

/** Where a venue stands in a month: the state, how many visits count, and until when there is time. */
fun Kit.standing(line: VenueLine): View {
    val tint = Signs.tint(line.state, palette)
    return column(
        chip(Signs.of(line.state), line.stateLabel, tint),
        text(line.visitsLabel, bold = true),
        line.lastDay?.let { signed(R.drawable.ic_clock, it, tint.ink, bold = true) },
        gap = 8,
    )
}

/** Lines under the name of what they are; without any there is no name either. */
fun Kit.part(title: Int, lines: List<View>): List<View> = part(string(title), lines)

fun Kit.part(title: String, lines: List<View>): List<View> =
    if (lines.isEmpty()) emptyList() else listOf<View>(section(title)) + lines

/** What somebody has to know; where it leads anywhere, a tap on it goes there. */
fun Kit.noticeCard(notice: Notice, open: (NoticeLead) -> Unit): View {
    val lead = notice.leadsTo ?: return warning(notice.text)
    val words = signed(R.drawable.ic_warn, notice.text, palette.warn.ink, bold = true)
    return card(row(words, sign(R.drawable.ic_next, palette.warn.ink, size = 24)), tint = palette.warn) { open(lead) }
}

fun Kit.warning(words: String): View = card(signed(R.drawable.ic_warn, words, palette.warn.ink, bold = true), tint = palette.warn)

fun Kit.stateLine(state: StateLine): View {
    val tint = Signs.tint(state.state, palette)
    return card(
        signed(Signs.of(state.state), state.text, tint.ink, bold = true),
        state.note?.let { text(it, tint.ink) },
        tint = tint,
    )
}

/** What the hub does not have: on its way, waiting, or not accepted. The same on every page. */
fun Kit.unsentLine(state: UnsentShown, words: String, uploads: Uploads, bold: Boolean = false): View {
    val isOnItsWay = uploads.isRunning && state == UnsentShown.WAITING
    val sign = if (isOnItsWay) R.drawable.ic_up else Signs.of(state)
    return signed(sign, if (isOnItsWay) string(R.string.uploading_now, words) else words, bold = bold)
}

/** A sentence on what came of an upload. */
fun Kit.uploadTold(sentence: String): View = signed(R.drawable.ic_warn, sentence, palette.warn.ink)

/** Uploads now; while that runs there is nothing to tap. */
fun Kit.uploadButton(uploads: Uploads): View =
    if (uploads.isRunning) {
        unavailable(string(R.string.uploading), R.drawable.ic_up)
    } else {
        secondary(string(R.string.upload_now), R.drawable.ic_up) { uploads.start() }
    }

fun Kit.recordCard(line: RecordLine, onTap: () -> Unit): View {
    val tint = Signs.tint(line.state.state, palette)
    val kind = if (line.isCorrection) string(R.string.correction_of, line.kindLabel) else line.kindLabel
    return card(
        text(line.venueName, scale = 1.15f, bold = true),
        softText("$kind · ${line.`when`}"),
        chip(Signs.of(line.state.state), line.state.text, tint),
        line.state.note?.let(::softText),
        line.photosNote?.let(::softText),
        onTap = onTap,
    )
}

fun Kit.findingCard(line: FindingLine): View {
    val tint = Signs.tint(line.severity, palette)
    return card(
        chip(Signs.of(line.severity), line.severityLabel, tint),
        text(line.question),
        line.answer?.let { text(it, bold = true) },
        text(line.advice),
        if (line.repeated) signed(R.drawable.ic_refresh, string(R.string.found_again), palette.warn.ink, bold = true) else null,
    )
}

fun Kit.answerCard(line: AnswerLine): View =
    card(text(line.question), text(line.answer, bold = true), line.note?.let { softText(it) })

/** Pictures that are not in the inspection, as there was no room: nobody is to find that out afterwards. */
fun Kit.photosLeft(count: Int, onRetry: () -> Unit): View? =
    if (count == 0) {
        null
    } else {
        column(warning(string(R.string.photos_left, count)), secondary(string(R.string.save_again), R.drawable.ic_refresh, onRetry))
    }

fun Kit.evidenceCard(line: EvidenceLine): View =
    card(
        chip(Signs.of(line.grade), line.label, Signs.tint(line.grade, palette)),
        *line.reasons.map(::text).toTypedArray(),
    )
