package org.xuncha.app.screens

import android.os.Bundle
import org.xuncha.core.AgeBand
import org.xuncha.core.Answer
import org.xuncha.core.DraftItem
import org.xuncha.core.DraftPage
import org.xuncha.core.MinorsSeen

/** The pages of one question. */
enum class Step { QUESTION, MINORS, NOTE, PHOTO, SUMMARY }

/** What an inspection's screen knows and the core does not: where within a question one is, and what is half entered. */
class Steps {
    var step = Step.QUESTION

    /** The choice whose follow-up is on the screen. */
    var choice: String? = null
    var minors = NOBODY

    /** A remark being written; none if none was begun. */
    var note: String? = null

    /** Words being written where the answer is in words; none if none were begun. */
    var words: String? = null
    var showsBasis = false

    /** Whether the summary is where to go on after this question. */
    var fromSummary = false
    var askedPosition = false
    var reallyDiscard = false

    /** The photo that one more tap removes. */
    var reallyRemoves: String? = null

    /** Whether something is entered that the core does not have. */
    val isEntering: Boolean get() = note != null || words != null || half != null

    /** The follow-up as far as it is entered. */
    val half: Answer? get() = choice?.takeIf { step == Step.MINORS }?.let { Answer.Choice(it, minors) }

    /** Whether the summary comes after this question. */
    fun leadsToSummary(page: DraftPage, item: DraftItem): Boolean = fromSummary || item == page.items.last()

    fun noteOrNull(): String? = note?.trim()?.ifEmpty { null }

    /** Goes to a page with nothing half entered. */
    fun begin(step: Step) {
        this.step = step
        choice = null
        minors = NOBODY
        note = null
        words = null
        showsBasis = false
        reallyDiscard = false
        reallyRemoves = null
    }

    fun save(state: Bundle) {
        state.putString("step", step.name)
        state.putString("choice", choice)
        state.putInt("count", minors.count.toInt())
        state.putStringArray("bands", minors.bands.map { it.name }.toTypedArray())
        state.putBoolean("dissuaded", minors.dissuaded)
        state.putBoolean("danger", minors.inDanger)
        state.putString("note", note)
        state.putString("words", words)
        state.putBoolean("from_summary", fromSummary)
        state.putBoolean("asked_position", askedPosition)
    }

    companion object {
        /** One is where counting begins: nobody enters that there is nobody. */
        private val NOBODY = MinorsSeen(1u, emptyList(), dissuaded = false, inDanger = false)

        fun of(state: Bundle): Steps = Steps().apply {
            step = Step.entries.find { it.name == state.getString("step") } ?: Step.QUESTION
            choice = state.getString("choice")
            if (step == Step.MINORS && choice == null) step = Step.QUESTION
            minors = MinorsSeen(
                state.getInt("count", 1).toUShort(),
                state.getStringArray("bands").orEmpty().mapNotNull { name -> AgeBand.entries.find { it.name == name } },
                state.getBoolean("dissuaded"),
                state.getBoolean("danger"),
            )
            note = state.getString("note")
            words = state.getString("words")
            fromSummary = state.getBoolean("from_summary")
            askedPosition = state.getBoolean("asked_position")
        }
    }
}
