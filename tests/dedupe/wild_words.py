"""Words of clinic and psychology, names and journals, from which works of `wild_works.py` are made."""

# ruff: noqa: RUF001 -- letters of other scripts belong to titles and names


def split_list(text):
    """Return what stands between slashes."""
    return [" ".join(part.split()) for part in text.split("/")]


CONDITIONS = split_list(
    "postpartum depression/type 2 diabetes mellitus/bipolar disorder/chronic low back pain/asthma/"
    "rheumatoid arthritis/anorexia nervosa/obsessive-compulsive disorder/acute myocardial infarction/"
    "heart failure with preserved ejection fraction/post-traumatic stress disorder/schizophrenia/"
    "irritable bowel syndrome/Crohn's disease/hepatitis C virus infection/epilepsy/migraine with aura/"
    "attention-deficit hyperactivity disorder/autism spectrum disorder/traumatic brain injury/"
    "ischaemic stroke/atrial fibrillation/chronic kidney disease/pre-eclampsia/gestational diabetes/"
    "breast cancer/non-small-cell lung cancer/colorectal cancer/acute lymphoblastic leukaemia/"
    "multiple myeloma/sickle cell disease/haemophilia A/cystic fibrosis/COPD/obstructive sleep apnoea/"
    "community-acquired pneumonia/pulmonary tuberculosis/HIV-1 infection/malaria/visceral leishmaniasis/"
    "dengue fever/COVID-19/long COVID/sepsis/delirium/dementia with Lewy bodies/Alzheimer's disease/"
    "Parkinson's disease/multiple sclerosis/Guillain-Barré syndrome/essential tremor/restless legs syndrome/"
    "insomnia/chronic fatigue syndrome/fibromyalgia/osteoarthritis of the knee/hip fracture/osteoporosis/"
    "psoriasis/atopic dermatitis/melanoma/age-related macular degeneration/glaucoma/otitis media/tinnitus/"
    "periodontitis/obesity/metabolic syndrome/non-alcoholic fatty liver disease/gout/hypothyroidism/"
    "polycystic ovary syndrome/endometriosis/urinary incontinence/benign prostatic hyperplasia/"
    "alcohol use disorder/opioid dependence/tobacco dependence/pathological gambling/internet addiction/"
    "borderline personality disorder/social anxiety/panic disorder/complicated grief/suicidal ideation/"
    "self-harm/bulimia nervosa/burnout/compassion fatigue/moral injury/loneliness/stunting/anaemia/"
    "neonatal jaundice/bronchiolitis/cerebral palsy/developmental dyslexia/stuttering/scoliosis/"
    "tendinopathy/whiplash/complex regional pain syndrome/phantom limb pain/pressure ulcers/burns"
)
PEOPLE = split_list(
    "adults/older adults/children/adolescents/school-age children/preterm infants/pregnant women/"
    "primary care patients/hospitalised patients/outpatients/nursing home residents/veterans/refugees/"
    "asylum seekers/prison inmates/medical students/nursing students/general practitioners/surgeons/"
    "intensive care nurses/midwives/paramedics/firefighters/social workers/clinical psychologists/"
    "school teachers/university students/athletes/elite rowers/shift workers/farmers/migrant workers/"
    "homeless people/sex workers/men who have sex with men/transgender youth/caregivers/bereaved parents/"
    "first-time mothers/fathers/twins/siblings/survivors of childhood cancer/kidney transplant recipients/"
    "dialysis patients/long-term survivors/Indigenous Australians/Latina immigrants/rural households/"
    "young offenders/people with intellectual disability/community-dwelling elders/monolingual speakers/"
    "bilingual preschoolers/Wistar rats/C57BL/6 mice/healthy volunteers/blood donors/smokers/"
    "postmenopausal women/police officers/emergency physicians/oncology nurses/hospice volunteers"
)
TREATMENTS = split_list(
    "cognitive behavioural therapy/mindfulness-based stress reduction/motivational interviewing/"
    "metformin/sertraline/lithium/clozapine/methotrexate/rituximab/tocilizumab/warfarin/apixaban/"
    "low-dose aspirin/atorvastatin/vitamin D3 supplementation/omega-3 fatty acids/zinc/iron sucrose/"
    "intranasal oxytocin/ketamine/transcranial magnetic stimulation/electroconvulsive therapy/yoga/"
    "tai chi/aerobic exercise/resistance training/acupuncture/spinal manipulation/kinesio taping/"
    "music therapy/art therapy/equine-assisted therapy/animal-assisted intervention/peer support/"
    "telephone follow-up/text-message reminders/a smartphone application/telemedicine/home visiting/"
    "nurse-led clinics/case management/stepped care/collaborative care/school feeding/cash transfers/"
    "bed nets/azithromycin/artemether-lumefantrine/nevirapine/tenofovir/isoniazid/amoxicillin/"
    "inhaled corticosteroids/β-blockers/ACE inhibitors/TNF-α inhibitors/IL-6 blockade/interferon β-1a/"
    "botulinum toxin/platelet-rich plasma/hyaluronic acid/knee replacement/bariatric surgery/"
    "laparoscopic cholecystectomy/robot-assisted prostatectomy/epidural analgesia/nitrous oxide/"
    "sevoflurane/propofol/dexmedetomidine/tranexamic acid/hypothermia/kangaroo care/breastfeeding support/"
    "video feedback/parent training/family therapy/psychoeducation/virtual reality exposure/EMDR/"
    "neurofeedback/working memory training/light therapy/melatonin/probiotics/a gluten-free diet/"
    "intermittent fasting/the Mediterranean diet/sugar-sweetened beverage taxes/smoke-free legislation"
)
OUTCOMES = split_list(
    "quality of life/mortality/hospital readmission/pain intensity/sleep quality/adherence/glycaemic control/"
    "blood pressure/body mass index/bone mineral density/cognitive function/executive function/"
    "return to work/sickness absence/job satisfaction/turnover intention/self-efficacy/self-esteem/"
    "body image/sexual function/fertility/birth weight/neurodevelopment/language acquisition/reading fluency/"
    "academic achievement/aggressive behaviour/bullying/parenting stress/marital satisfaction/"
    "treatment dropout/therapeutic alliance/symptom severity/relapse/remission/progression-free survival/"
    "tumour recurrence/wound healing/surgical site infection/antibiotic resistance/viral load/CD4+ counts/"
    "serum ferritin/C-reactive protein/cortisol awakening response/heart rate variability/gait speed/"
    "falls/grip strength/fatigue/nausea and vomiting/oral mucositis/hearing thresholds/visual acuity/"
    "health-care costs/cost-effectiveness/waiting times/patient satisfaction/shared decision making/"
    "stigma/discrimination/coping/resilience/hope/spiritual well-being/meaning in life/gratitude/"
    "emotion regulation/rumination/attachment security/empathy/burnout/secondary traumatic stress/"
    "risk perception/vaccine uptake/screening attendance/condom use/physical activity/screen time/"
    "dietary intake/caries/tooth loss/gene expression/DNA methylation/gut microbiota/white matter integrity"
)
PLACES = split_list(
    "Ethiopia/rural Bangladesh/Nepal/northern Tanzania/Kwa-Zulu Natal/Nigeria/Ghana/Egypt/Iran/Turkey/"
    "Saudi Arabia/India/Sri Lanka/Vietnam/Thailand/Hong Kong/Taiwan/mainland China/Japan/South Korea/"
    "Australia/New Zealand/Brazil/Peru/Mexico/Colombia/Ontario/Quebec/the United States/California/"
    "England and Wales/Scotland/Ireland/Norway/Denmark/Finland/the Netherlands/Belgium/Germany/Poland/"
    "the Czech Republic/Italy/Catalonia/Portugal/Greece/Israel/Lebanon/Ukraine/five European countries/"
    "low- and middle-income countries/primary care/an urban emergency department/a tertiary hospital"
)
DESIGNS = split_list(
    "a randomised controlled trial/a systematic review/a systematic review and meta-analysis/a cohort study/"
    "a cross-sectional survey/a qualitative study/a case-control study/a pilot study/a scoping review/"
    "a mixed-methods evaluation/a retrospective analysis/a nationwide register study/a case report/"
    "a narrative review/a network meta-analysis/an interrupted time series/a cluster randomised trial/"
    "a feasibility study/a Delphi consensus/a concept analysis/an observational study/a grounded theory/"
    "results from a population-based study/a double-blind, placebo-controlled trial/lessons learned/"
    "evidence from twin data/a machine learning approach/an integrative review/implications for practice/"
    "what do we know?/a neglected problem/time for action/a phenomenological inquiry/an umbrella review"
)
SCALES = split_list(
    "Beck Depression Inventory-II/Maslach Burnout Inventory/ProQOL-5/Hospital Anxiety and Depression Scale/"
    "Edinburgh Postnatal Depression Scale/SF-36/EQ-5D-5L/WHOQOL-BREF/Insomnia Severity Index/GHQ-12/"
    "Strengths and Difficulties Questionnaire/Mini-Mental State Examination/PHQ-9/Barthel Index/AUDIT-C/"
    "Utrecht Work Engagement Scale/Jefferson Scale of Empathy/Impact of Event Scale-Revised/K-10"
)
#: Patterns of titles; what stands in braces is drawn from the lists above.
PATTERNS = split_list(
    "{t} for {c} in {p}/Effects of {t} on {o} in {p} with {c}/{o} and {o2} in {p} with {c}/"
    "Prevalence of {c} among {p} in {l}/Predictors of {o} after {t} for {c}/{t} versus {t2} in {c}/"
    "Does {t} improve {o} in {p}/The role of {o} in {c}/Association between {c} and {o} among {p}/"
    "Experiences of {p} living with {c} in {l}/Barriers to {t} in {l}/Validation of the {s} in {p}/"
    "Psychometric properties of the {s} among {p} in {l}/{c} in {p}/Management of {c}/{o} in {c}/"
    "{o} as a mediator between {c} and {o2}/Attitudes of {p} towards {t}/Long-term outcomes of {t} for {c}/"
    "Understanding {c}/{t} and the risk of {c}/Cost-effectiveness of {t} compared with {t2} for {c}/"
    "Determinants of {o} among {p} with {c} in {l}/Trends in {c} among {p} in {l}, 2001-2015/"
    "Comorbid {c} and {c2} in {p}/Impact of COVID-19 on {o} of {p} in {l}/{p} with {c}/"
    "Relationship of {o} to {o2} in {p}/Successful treatment of {c} with {t}/Implementing {t} in {l}/"
    "Serum biomarkers of {o} in {c}/A new model of {o}/Perceptions of {t} among {p} and {p2}/"
    "Early detection of {c} by means of the {s}/Sex differences in {o} after {c}/Why {p} decline {t}/"
    "{c}, {o} and {o2}/From {c} to {c2}/{t} in the treatment of {c}/Is {c} associated with {o}"
)
#: Titles that many bear: of editorials, letters, columns, chapters.
COLUMNS = split_list(
    "Editorial/Letter to the editor/Introduction/Book review/Correspondence/From the editor/Guest editorial/"
    "In this issue/Editor's note/Commentary/Reply/Author reply/President's message/News and notes/"
    "Conclusion/Foreword/Preface/Case records/Abstracts/Introduction to the special issue/Erratum"
)
#: Those of them that one person may have twice in an issue.
SEVERAL = split_list(
    "Book review/Commentary/Reply/Author reply/Case records/Abstracts/Correspondence"
)
SHORT = split_list(
    "Burnout in nurses/Postpartum depression/Bipolar disorder/Compassion fatigue/Obesity/Sleep apnea/"
    "Chronic pain/Epilepsy/Migraine/Asthma in children/Delirium/Breast cancer/Family therapy/Schizophrenia/"
    "Suicide prevention/Traumatic brain injury/Caring for the carers/Moral distress/Telemedicine/Anaemia"
)
FAMILIES = split_list(
    "Adams/Allen/Anderson/Bailey/Barnes/Bennett/Brooks/Campbell/Carter/Clark/Collins/Cooper/Cox/Davies/"
    "Edwards/Foster/Fraser/Gibson/Graham/Gray/Harrison/Henderson/Hughes/Hunter/Jackson/Jenkins/Kennedy/"
    "Lewis/MacDonald/Marshall/McCarthy/Mitchell/Moore/Morgan/Murray/O'Connor/O'Neill/Palmer/Reynolds/"
    "Robinson/Scott/Sinclair/Stewart/Thompson/Walker/Watson/Young/Bauer/Becker/Götz/Hoffmann/Jäger/Köhler/"
    "Krüger/Schäfer/Weiß/Zöllner/Andersson/Björk/Håkansson/Lindström/Østergaard/Søgaard/Virtanen/Mäkinen/"
    "Dąbrowski/Wiśniewska/Wójcik/Dvořák/Horváth/Szabó/Popescu/Jovanović/Öztürk/Yılmaz/Şahin/Nikolaidis/"
    "Bianchi/D'Angelo/Esposito/De Luca/Lefèvre/Desrosiers/Saint-Pierre/Le Goff/de Vries/van der Meer/"
    "van Dijk/ter Horst/von Stein/dos Santos/da Silva/Ribeiro de Souza/García Márquez/Ruiz-Pérez/"
    "Hernández Gómez/López-Ibor/Muñoz/Núñez Díaz/Abdel-Rahman/Al-Harbi/El Sayed/Ben Amor/Hosseini/Mirzaei/"
    "Bhattacharya/Chowdhury/Gupta/Iyer/Mukherjee/Perera/Rahman/Adebayo/Mwangi/Tesfaye/Ncube/Boateng/"
    "Nguyen/Tran/Suzuki/Nakamura/Watanabe/Kobayashi/Ito"
)
EASTERN = split_list(
    "Wang/Li/Zhang/Liu/Chen/Yang/Huang/Zhao/Wu/Zhou/Xu/Sun/Ma/Kim/Lee/Park/Choi/Jung/Lin/Chan"
)
GIVEN = split_list(
    "Alice/Benjamin/Catherine/Daniel/Eleanor/Frank/Gillian/Henrik/Isabel/James/Katarzyna/Lucía/Matthias/"
    "Nadia/Oliver/Petra/Quentin/Rachel/Søren/Tomás/Ulla/Victor/Wendy/Yvonne/Zoltán/Jean-Luc/Anne-Marie/"
    "Mary Jo/Karl-Heinz/Fatemeh/Mohammad/Aisha/Deepak/Lakshmi/Kwame/Thandiwe/Hiroshi/Emi/Minh/Giulia"
)
SYLLABLES = split_list(
    "Xiao/Ming/Hua/Jian/Guo/Yan/Li/Wei/Mei/Qing/Hong/Jun/Ping/Ying/Soo/Hyun/Min/Ji/Eun/Seung"
)
#: Full name, abbreviation of ISO 4, name with its place in brackets ("" where there is none).
JOURNALS = [
    tuple(row.split("|"))
    for row in split_list(
        "Journal of Affective Disorders|J Affect Disord|/British Journal of Psychiatry|Br J Psychiatry|"
        "The British journal of psychiatry : the journal of mental science/BMJ|BMJ|BMJ (Clinical research ed.)/"
        "Lancet|Lancet|Lancet (London, England)/Journal of Psychosomatic Research|J Psychosom Res|/"
        "American Journal of Psychiatry|Am J Psychiatry|The American journal of psychiatry/"
        "Archives of Internal Medicine|Arch Intern Med|Archives of internal medicine (1960)/"
        "Pediatrics|Pediatrics|/Acta Psychiatrica Scandinavica|Acta Psychiatr Scand|/"
        "European Heart Journal|Eur Heart J|/Annals of Oncology|Ann Oncol|Annals of oncology : official "
        "journal of the European Society for Medical Oncology/Behaviour Research and Therapy|Behav Res Ther|/"
        "Cochrane Database of Systematic Reviews|Cochrane Database Syst Rev|The Cochrane database of systematic "
        "reviews/Diabetes Care|Diabetes Care|/Drug and Alcohol Dependence|Drug Alcohol Depend|/"
        "Medicine (Baltimore)|Medicine (Baltimore)|Medicine/Nervenarzt|Nervenarzt|Der Nervenarzt/"
        "PLoS ONE|PLoS One|PloS one/Spine|Spine (Phila Pa 1976)|Spine/Thorax|Thorax|/"
        "Psychological Medicine|Psychol Med|/Psychiatry Research|Psychiatry Res|/"
        "Journal of Consulting and Clinical Psychology|J Consult Clin Psychol|/"
        "Child Abuse & Neglect|Child Abuse Negl|Child abuse and neglect/Obstetrics & Gynecology|Obstet Gynecol|"
        "Obstetrics and gynecology/Journal of Pain and Symptom Management|J Pain Symptom Manage|/"
        "Anesthesia & Analgesia|Anesth Analg|Anesthesia and analgesia/Gaceta Sanitaria|Gac Sanit|/"
        "Revista Brasileira de Psiquiatria|Braz J Psychiatry|Revista brasileira de psiquiatria (Sao Paulo, "
        "Brazil : 1999)/Zhonghua Yi Xue Za Zhi|Zhonghua Yi Xue Za Zhi|National Medical Journal of China/"
        "International Journal of Environmental Research and Public Health|Int J Environ Res Public Health|/"
        "Scandinavian Journal of Work, Environment and Health|Scand J Work Environ Health|Scandinavian journal "
        "of work, environment & health/New England Journal of Medicine|N Engl J Med|The New England journal of "
        "medicine/Journal of Advanced Nursing|J Adv Nurs|/Nursing Research|Nurs Res|/Death Studies|Death Stud|/"
        "JAMA|JAMA|JAMA: Journal of the American Medical Association/Traumatology|Traumatology (Tallahass Fla)|/"
        "Psychology, Health & Medicine|Psychol Health Med|Psychology, health and medicine/Sleep|Sleep|/"
        "Pain Medicine|Pain Med|Pain medicine (Malden, Mass.)/Movement Disorders|Mov Disord|/"
        "Health Technology Assessment|Health Technol Assess|Health technology assessment (Winchester, England)"
    )
]  # fmt: skip
MEETINGS = split_list(
    "European Psychiatry/Value in Health/Annals of the Rheumatic Diseases/Blood/Gut/Sleep Medicine/Diabetologia/Psycho-Oncology"
)
SENTENCES = split_list(
    "Little is known about {c} in {p}./We examined whether {t} changes {o}./Data came from {n} {p} in {l}./"
    "Participants completed the {s} at baseline and after {n} weeks./The mean age was {n} years./"
    "Regression models were adjusted for age, sex and {o}./{n} per cent had {c}./{o} was lower in those with {c2}./"
    "No effect on {o2} was found (p = 0.{n})./The odds ratio was 1.{n} (95% CI 1.0{n}-2.{n})./"
    "{p} reported more {o} than {p2}./Interviews were analysed thematically; {n} themes emerged./"
    "We searched MEDLINE, Embase and PsycINFO up to 20{n}./Heterogeneity was high (I2 = {n}%)./"
    "Findings suggest that {t} may benefit {p}./Further research on {o} in {l} is needed./"
    "{t} was well tolerated, with {n} adverse events./Clinicians should ask about {c} and {o2}."
)
TRANSLATED = {
    "spa": split_list(
        "Prevalencia de la depresión posparto en mujeres de Bogotá/Síndrome de desgaste profesional en enfermería/Calidad de vida en pacientes con insuficiencia renal crónica/Efectos del ejercicio en adultos mayores con fragilidad/Validación de una escala de empatía en estudiantes de medicina"
    ),
    "ger": split_list(
        "Burnout bei Pflegekräften in der Onkologie/Lebensqualität nach Schlaganfall im höheren Lebensalter/Wirksamkeit der kognitiven Verhaltenstherapie bei Tinnitus/Psychische Belastung von Medizinstudierenden im klinischen Abschnitt"
    ),
    "fre": split_list(
        "Épuisement professionnel chez les médecins généralistes/Qualité de vie des aidants de patients atteints de démence/Dépistage de la dépression en soins primaires/Prise en charge de la douleur chronique en milieu rural"
    ),
    "por": split_list(
        "Síndrome de burnout em profissionais de enfermagem/Qualidade de vida de cuidadores de idosos com demência/Aleitamento materno em prematuros de muito baixo peso"
    ),
}
AMERICAN = dict(
    pair.split(">") for pair in split_list(
        "behaviour>behavior/ischaemi>ischemi/leukaemi>leukemi/haemo>hemo/apnoea>apnea/anaemia>anemia/"
        "glycaemic>glycemic/tumour>tumor/randomised>randomized/hospitalised>hospitalized/paediatric>pediatric/"
        "well-being>wellbeing/health-care>healthcare/centre>center/mould>mold/analysed>analyzed"
    )
)  # fmt: skip
GREEK = {"β": ("beta", "&beta;", "β"), "α": ("alpha", "&#945;", "α")}
