package org.xuncha.app.screens

import android.view.View
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Signs
import org.xuncha.app.ui.picture
import org.xuncha.app.ui.receiptCard
import org.xuncha.core.AnswerLine
import org.xuncha.core.PhotoLine
import org.xuncha.core.RecordPage

/** One record: where it stands, and where it was returned, why and what to do; then all that it says. */
class RecordScreen(host: Host, place: Place) : Screen(host, place) {
    override fun onUploads() = host.refresh()

    override fun draw(): Page {
        val record = host.phone.book().record(place.about)
        val said = record.content
        val content = kit.column(
            kit.heading(record.line.venueName),
            kit.softText("${record.line.kindLabel} · ${record.line.`when`}"),
            kit.stateLine(record.line.state),
            if (record.canCorrect) kit.text(string(R.string.correct_hint)) else null,
            record.receiptNumber?.let { kit.receiptCard(it) },
            said?.evidence?.let { kit.evidenceCard(it) },
            if (said == null) kit.text(string(R.string.cannot_be_read)) else null,
            said?.companions?.ifEmpty { null }?.let { people -> kit.signed(R.drawable.ic_people, people.joinToString("、") { it.name }) },
            said?.note?.let { kit.signed(R.drawable.ic_pencil, it) },
            *kit.part(R.string.found, said?.findings.orEmpty().map { kit.findingCard(it) }).toTypedArray(),
            *kit.part(R.string.answers, said?.answers.orEmpty().map { kit.answerCard(it) }).toTypedArray(),
            *kit.part(R.string.photos, record.photos.map { photo(it, said?.answers.orEmpty()) }).toTypedArray(),
            *kit.part(R.string.for_checking, listOf(seal(record))).toTypedArray(),
        )
        val correct = if (record.canCorrect) kit.primary(string(R.string.correct), R.drawable.ic_pencil) { correct() } else null
        return page(string(R.string.record_title), content, listOfNotNull(correct))
    }

    private fun photo(photo: PhotoLine, answers: List<AnswerLine>): View {
        val question = answers.find { it.item == photo.item }?.question
        val description = if (question == null) string(R.string.photos) else string(R.string.photo_of, question)
        return kit.card(kit.picture(photo, host.phone.pictures, description), kit.signed(Signs.of(photo.state), photo.text))
    }

    private fun seal(record: RecordPage): View =
        kit.card(
            kit.softText(string(R.string.sealed, record.seq.toInt())),
            kit.softText(record.sha256.chunked(HASH_GROUP).joinToString(" ")),
        )

    private fun correct() {
        host.trying { it.correct(place.about) }?.let { host.replace(Kind.INSPECTION, it) }
    }

    private companion object {
        const val HASH_GROUP = 8
    }
}
