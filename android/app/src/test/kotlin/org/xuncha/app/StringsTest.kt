package org.xuncha.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Test
import java.io.File

/** Buttons and titles are there in both languages, and say only what a volunteer may do and the phone may promise. */
class StringsTest {
    private val chinese = read("values")
    private val english = read("values-en")

    @Test
    fun every_text_is_there_in_both_languages_with_the_same_places_to_fill() {
        assertEquals(chinese.keys, english.keys)
        for ((name, words) in chinese) assertEquals(name, places(words), places(english.getValue(name)))
    }

    @Test
    fun volunteers_do_not_enforce() {
        for (word in listOf("查处", "处罚", "执法", "罚款")) assertFalse(word, chinese.values.any { word in it })
    }

    @Test
    fun only_the_core_says_that_something_was_received() {
        val said = chinese.filterValues { "已上传" in it || "已收到" in it }.keys
        assertEquals(emptySet<String>(), said)
    }

    @Test
    fun chinese_texts_use_chinese_marks() {
        val wrong = chinese.filterValues { words -> words.any { it in ",?!():;" } }
        assertEquals(emptyMap<String, String>(), wrong)
    }

    private fun read(folder: String): Map<String, String> =
        Regex("<string name=\"(\\w+)\">(.*?)</string>")
            .findAll(File("src/main/res/$folder/strings.xml").readText())
            .associate { it.groupValues[1] to it.groupValues[2] }

    private fun places(words: String): Set<String> = Regex("%\\d\\$[ds]").findAll(words).map { it.value }.toSet()
}
